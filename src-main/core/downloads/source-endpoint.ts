import type { FetchableModel, SourceKind } from '../../shared/catalogue.ts'

/** A place that has files of models. */
export interface SourceEndpoint {
  kind: SourceKind
  /** An address without the `/` at its end; for `custom` it may be a folder. */
  base: string
  /** Sent to the host of `base` and to no other. Only Hugging Face is given one. */
  token?: string | undefined
}

/** The addresses of the public sources. */
export const publicSources = {
  huggingface: 'https://huggingface.co',
  hf_mirror: 'https://hf-mirror.com',
  modelscope: 'https://www.modelscope.cn',
  tsinghua: 'https://cloud.tsinghua.edu.cn/d/674208019e314311ab5c',
} as const satisfies Record<Exclude<SourceKind, 'custom'>, string>

export interface SourceChoice {
  preferred: 'auto' | SourceKind
  /** The address or folder of `custom`; empty for none. */
  custom: string
  hubToken: string | null
}

/** All sources that can be asked, the preferred one first; the others follow when it fails. */
export function sourceEndpoints({ preferred, custom, hubToken }: SourceChoice): SourceEndpoint[] {
  const endpoints: SourceEndpoint[] = [
    { kind: 'huggingface', base: publicSources.huggingface, token: hubToken ?? undefined },
    { kind: 'hf_mirror', base: publicSources.hf_mirror },
    { kind: 'modelscope', base: publicSources.modelscope },
    { kind: 'tsinghua', base: publicSources.tsinghua },
  ]
  const base = custom.trim().replace(/\/+$/, '')
  if (base !== '') endpoints.push({ kind: 'custom', base })
  return endpoints.sort(
    (a, b) => Number(b.kind === preferred) - Number(a.kind === preferred), // stable
  )
}

const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

/** Whether the place is an address of the web, and not a folder. */
export const isWebAddress = (base: string): boolean => /^https?:\/\//i.test(base)

/** Where a file of a model is; null when the source does not have the model. */
export function fileAddress(
  { kind, base }: SourceEndpoint,
  model: FetchableModel,
  path: string,
): string | null {
  if (kind === 'custom')
    return `${base}/${model.id}/${isWebAddress(base) ? encodePath(path) : path}`
  const repository = model.sources[kind]
  if (repository === undefined) return null
  switch (kind) {
    case 'huggingface':
    case 'hf_mirror':
      return `${base}/${repository}/resolve/main/${encodePath(path)}`
    case 'modelscope': {
      const query = new URLSearchParams({ Revision: 'master', FilePath: path })
      return `${base}/api/v1/models/${repository}/repo?${query.toString()}`
    }
    case 'tsinghua': {
      const query = new URLSearchParams({ p: `/${repository}/${path}`, dl: '1' })
      return `${base}/files/?${query.toString()}`
    }
  }
}
