/** A line of a model's details: a key of its metadata or one of its tensors. */
export interface DetailRow {
  name: string
  type: string
  value: string
}
