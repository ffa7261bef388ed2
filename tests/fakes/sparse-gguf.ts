import { open, writeFile } from 'node:fs/promises'

// Sizes: CHATGLM2-6B's config.json. Numbers of types: the description of GGUF in ggml-org/ggml.
const hidden = 4096
const feedForward = 13_696
const qkv = 4608
const vocabulary = 2048
const pieces = vocabulary - 235
const typeOf = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const
const tensorTypeOf = { f32: 0, f16: 1 } as const
const alignment = 32

const number = (write: 'writeUInt32LE' | 'writeFloatLE', value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes[write](value)
  return bytes
}
const u32 = (value: number): Buffer => number('writeUInt32LE', value)
const f32 = (value: number): Buffer => number('writeFloatLE', value)
const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}
const text = (value: string): Buffer => {
  const bytes = Buffer.from(value)
  return Buffer.concat([u64(bytes.length), bytes])
}
const array = (type: keyof typeof typeOf, items: Buffer[]): Buffer =>
  Buffer.concat([u32(typeOf[type]), u64(items.length), ...items])

type Key = [name: string, type: keyof typeof typeOf, value: Buffer]

function keysOf(layers: number): Key[] {
  const ids = Array.from({ length: vocabulary }, (_, id) => id)
  const hex = (id: number) => (id - 3).toString(16).toUpperCase().padStart(2, '0')
  const piece = (id: number) =>
    ['<unk>', '<s>', '</s>'][id] ?? (id < 259 ? `<0x${hex(id)}>` : `w${id}`)
  const kind = (id: number) => {
    if (id >= pieces) return id < pieces + 5 ? 3 : 5 // special tokens, then room
    return id === 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1
  }
  const sizes: [string, number][] = [
    ['context_length', 32_768],
    ['embedding_length', hidden],
    ['block_count', layers],
    ['feed_forward_length', feedForward],
    ['attention.head_count', 32],
    ['attention.head_count_kv', 2],
    ['rope.dimension_count', 64],
  ]
  return [
    ['general.architecture', 'string', text('chatglm')],
    ...sizes.map(([name, value]): Key => [`chatglm.${name}`, 'u32', u32(value)]),
    ['chatglm.attention.layer_norm_rms_epsilon', 'f32', f32(1e-5)],
    ['chatglm.rope.freq_base', 'f32', f32(10_000)],
    ['chatglm_desktop.family', 'string', text('chatglm2')],
    ['tokenizer.ggml.model', 'string', text('llama')],
    ['tokenizer.ggml.pre', 'string', text('chatglm-spm')],
    [
      'tokenizer.ggml.tokens',
      'array',
      array(
        'string',
        ids.map((id) => text(piece(id))),
      ),
    ],
    [
      'tokenizer.ggml.scores',
      'array',
      array(
        'f32',
        ids.map((id) => f32(-id)),
      ),
    ],
    [
      'tokenizer.ggml.token_type',
      'array',
      array(
        'i32',
        ids.map((id) => u32(kind(id))),
      ),
    ],
    ['tokenizer.ggml.bos_token_id', 'u32', u32(1)],
    ['tokenizer.ggml.eos_token_id', 'u32', u32(2)],
    ['tokenizer.ggml.add_bos_token', 'bool', Buffer.from([0])],
    ['tokenizer.ggml.add_eos_token', 'bool', Buffer.from([0])],
  ]
}

interface Tensor {
  name: string
  type: keyof typeof tensorTypeOf
  /** Columns first, as GGUF has it. */
  shape: number[]
}

function tensorsOf(layers: number): Tensor[] {
  const matrix = (name: string, columns: number, rows: number): Tensor => ({
    ...{ name: `${name}.weight`, type: 'f16', shape: [columns, rows] },
  })
  const vector = (name: string, size: number): Tensor => ({ name, type: 'f32', shape: [size] })
  return [
    matrix('token_embd', hidden, vocabulary),
    ...Array.from({ length: layers }, (_, layer) => `blk.${layer}`).flatMap((block) => [
      vector(`${block}.attn_norm.weight`, hidden),
      matrix(`${block}.attn_qkv`, hidden, qkv),
      vector(`${block}.attn_qkv.bias`, qkv),
      matrix(`${block}.attn_output`, hidden, hidden),
      vector(`${block}.ffn_norm.weight`, hidden),
      matrix(`${block}.ffn_up`, hidden, 2 * feedForward),
      matrix(`${block}.ffn_down`, feedForward, hidden),
    ]),
    vector('output_norm.weight', hidden),
    matrix('output', hidden, vocabulary),
  ]
}

const padded = (bytes: number): number => Math.ceil(bytes / alignment) * alignment

/**
 * Writes a model file of ChatGLM2-6B's width in half precision, some 400 MB a layer, whose weights are
 * zero and take no room on the disk.
 */
export async function writeSparseGguf(file: string, layers: number): Promise<void> {
  const keys = keysOf(layers)
  const tensors = tensorsOf(layers)
  let offset = 0
  const infos = tensors.map(({ name, type, shape }) => {
    const dimensions = [u32(shape.length), ...shape.map(u64)]
    const info = [text(name), ...dimensions, u32(tensorTypeOf[type]), u64(offset)]
    offset += padded(shape.reduce((product, size) => product * size, type === 'f16' ? 2 : 4))
    return Buffer.concat(info)
  })
  const header = Buffer.concat([
    Buffer.from('GGUF'),
    ...[u32(3), u64(tensors.length), u64(keys.length)],
    ...keys.map(([name, type, value]) => Buffer.concat([text(name), u32(typeOf[type]), value])),
    ...infos,
  ])
  await writeFile(file, header)
  const opened = await open(file, 'r+')
  await opened.truncate(padded(header.length) + offset)
  await opened.close()
}
