/** What a conversation is written with besides the model. */
export interface AdapterUse {
  /** A file that `adapter.convert` wrote. */
  path: string
  /**
   * How much of a LoRA adapter is added to the weights, from 0 to 10; 1 when absent. A prefix
   * takes no other number than 1.
   */
  scale?: number
}

/** `prefix`: P-Tuning v2. `lora`: low-rank changes of weights. */
export type AdapterDescription =
  | { type: 'prefix'; /** Tokens of the context that it takes. */ prefixLength: number }
  | { type: 'lora'; /** The highest of its matrices. */ rank: number }

/** What the app asks of the engine about adapters. */
export interface AdapterRequests {
  /**
   * Writes a file that conversations can be written with: of the folder of a P-Tuning v2 checkpoint,
   * of a LoRA adapter as PEFT saves it, or of a LoRA adapter in a GGUF file.
   */
  'adapter.convert': {
    params: { source: string; destination: string }
    result: { sizeBytes: number; description: AdapterDescription }
  }
  /** Reads the header of a file that `adapter.convert` wrote. */
  'adapter.inspect': { params: { path: string }; result: AdapterDescription }
  /** Answers when the loaded model can be used with it; fails with the reason when not. */
  'adapter.check': { params: { adapter: AdapterUse }; result: null }
}
