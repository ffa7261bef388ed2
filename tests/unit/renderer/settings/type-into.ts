import { flushPromises } from '@vue/test-utils'
import { findByName } from '../shell/mount-in-app.ts'

/** Writes into the field of this name, as a person does who replaces what is there. */
export async function typeInto(name: string, text: string): Promise<void> {
  const field = findByName('textbox', name)
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement))
    throw new Error(`"${name}" is no field.`)
  field.value = text
  field.dispatchEvent(new Event('input'))
  field.dispatchEvent(new Event('change'))
  await flushPromises()
}
