import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** The shape of the demo model, which these are made for. */
const demo = { layers: 4, hidden: 192, kvWidth: 2 * 32 }
const demoFolder = join(import.meta.dirname, '../../resources/demo-model/int4')

interface Tensor {
  name: string
  shape: [rows: number, columns: number]
  /** Of its values, which look random and are the same each time. */
  largest: number
}

function valuesOf({ shape, largest }: Tensor, seed: number): Buffer {
  const values = new Float32Array(shape[0] * shape[1])
  let state = seed
  for (let index = 0; index < values.length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    values[index] = ((state / 2 ** 32) * 2 - 1) * largest
  }
  return Buffer.from(values.buffer)
}

/** A file of safetensors: the length of a header, the header as JSON, the values. */
function safetensors(tensors: Tensor[]): Buffer {
  const header: Record<string, unknown> = {}
  const data: Buffer[] = []
  let end = 0
  for (const [index, tensor] of tensors.entries()) {
    const bytes = valuesOf(tensor, index + 1)
    header[tensor.name] = {
      ...{ dtype: 'F32', shape: tensor.shape },
      data_offsets: [end, end + bytes.length],
    }
    end += bytes.length
    data.push(bytes)
  }
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, ...data])
}

/** Writes the folder of a P-Tuning v2 checkpoint of eight positions for the demo model. */
export async function writePrefixFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const shape: Tensor['shape'] = [8, demo.layers * 2 * demo.kvWidth]
  const name = 'transformer.prefix_encoder.embedding.weight'
  await writeFile(join(folder, 'model.safetensors'), safetensors([{ name, shape, largest: 3 }]))
  const base = z.record(z.string(), z.json())
  const config = base.parse(JSON.parse(await readFile(join(demoFolder, 'config.json'), 'utf8')))
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, pre_seq_len: 8 }))
}

/** Writes the folder of a LoRA adapter of rank 4, as PEFT saves it; for the demo model unless told. */
export async function writeLoraFolder(folder: string, hidden = demo.hidden): Promise<void> {
  await mkdir(folder, { recursive: true })
  const tensors = Array.from({ length: demo.layers }, (_, layer): Tensor[] => {
    const base = `base_model.model.transformer.encoder.layers.${layer}.self_attention.query_key_value`
    return [
      { name: `${base}.lora_A.weight`, shape: [4, hidden], largest: 0.5 },
      { name: `${base}.lora_B.weight`, shape: [hidden + 2 * demo.kvWidth, 4], largest: 0.5 },
    ]
  }).flat()
  await writeFile(join(folder, 'adapter_model.safetensors'), safetensors(tensors))
  const config = { peft_type: 'LORA', r: 4, lora_alpha: 8, target_modules: ['query_key_value'] }
  await writeFile(join(folder, 'adapter_config.json'), JSON.stringify(config))
}
