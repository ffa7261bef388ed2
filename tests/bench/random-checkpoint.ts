import { copyFile, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const demoModel = join(import.meta.dirname, '../../resources/demo-model/fp16')

// ChatGLM2-6B's shapes, rows × columns. The vocabulary is the demo model's, padded to its size.
const sizes = { layers: 28, hidden: 4096, feedForward: 13696, qkv: 4608, vocabulary: 65024 }
const layersPerShard = 4

interface Tensor {
  name: string
  shape: number[]
}

function layerTensors(layer: number): Tensor[] {
  const { hidden, feedForward, qkv } = sizes
  const tensors: [string, number[]][] = [
    ['input_layernorm.weight', [hidden]],
    ['self_attention.query_key_value.weight', [qkv, hidden]],
    ['self_attention.query_key_value.bias', [qkv]],
    ['self_attention.dense.weight', [hidden, hidden]],
    ['post_attention_layernorm.weight', [hidden]],
    ['mlp.dense_h_to_4h.weight', [2 * feedForward, hidden]],
    ['mlp.dense_4h_to_h.weight', [hidden, feedForward]],
  ]
  return tensors.map(([name, shape]) => ({
    name: `transformer.encoder.layers.${layer}.${name}`,
    shape,
  }))
}

function allShards(): Tensor[][] {
  const { layers, hidden, vocabulary } = sizes
  const shards: Tensor[][] = []
  for (let first = 0; first < layers; first += layersPerShard) {
    const last = Math.min(layers, first + layersPerShard)
    shards.push(Array.from({ length: last - first }, (_, i) => layerTensors(first + i)).flat())
  }
  shards.push([
    { name: 'transformer.embedding.word_embeddings.weight', shape: [vocabulary, hidden] },
    { name: 'transformer.encoder.final_layernorm.weight', shape: [hidden] },
    { name: 'transformer.output_layer.weight', shape: [vocabulary, hidden] },
  ])
  return shards
}

const bytesOf = ({ shape }: Tensor): number => 2 * shape.reduce((product, size) => product * size)

/** Half-precision values of at most 2⁻⁵ in size, from a small generator (Numerical Recipes). */
function randomHalves(bytes: number): Buffer {
  const values = Buffer.alloc(bytes)
  let state = 1
  for (let at = 0; at < bytes; at += 2) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    values.writeUInt16LE(((state >>> 16) & 0x83ff) | 0x2400, at)
  }
  return values
}

/** Source: the description of the safetensors format in huggingface/safetensors. */
async function writeShard(path: string, tensors: Tensor[], noise: Buffer): Promise<void> {
  let end = 0
  const entries = tensors.map((tensor) => {
    const begin = end
    end += bytesOf(tensor)
    return [tensor.name, { dtype: 'F16', shape: tensor.shape, data_offsets: [begin, end] }] as const
  })
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  const file = await open(path, 'w')
  try {
    await file.writev([length, header])
    for (let left = end; left > 0; left -= noise.length) {
      await file.write(noise, 0, Math.min(left, noise.length))
    }
  } finally {
    await file.close()
  }
}

/** Writes an FP16 checkpoint of ChatGLM2-6B's shape with random weights, once (12.5 GB). */
export async function ensureRandomCheckpoint(folder: string): Promise<void> {
  const isMade = await stat(folder).then(
    () => true,
    () => false,
  )
  if (isMade) return
  process.stderr.write('Writing a random FP16 checkpoint of the 6B shape (12.5 GB) …\n')
  const draft = `${folder}.partial`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true })
  const noise = randomHalves(64 << 20)
  const weightMap: Record<string, string> = {}
  for (const [index, tensors] of allShards().entries()) {
    const name = `model-${String(index + 1).padStart(5, '0')}.safetensors`
    await writeShard(join(draft, name), tensors, noise)
    for (const tensor of tensors) weightMap[tensor.name] = name
  }
  const index = { metadata: {}, weight_map: weightMap }
  await writeFile(join(draft, 'model.safetensors.index.json'), JSON.stringify(index))
  await copyFile(join(demoModel, 'tokenizer.model'), join(draft, 'tokenizer.model'))
  const demoConfig: unknown = JSON.parse(await readFile(join(demoModel, 'config.json'), 'utf8'))
  const config = {
    ...(demoConfig as Record<string, unknown>),
    num_layers: sizes.layers,
    hidden_size: sizes.hidden,
    ffn_hidden_size: sizes.feedForward,
    num_attention_heads: 32,
    kv_channels: 128,
    padded_vocab_size: sizes.vocabulary,
    seq_length: 32768,
  }
  await writeFile(join(draft, 'config.json'), JSON.stringify(config))
  await rename(draft, folder)
}
