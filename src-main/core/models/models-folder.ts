import { mkdir, readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { replaceFile } from '../downloads/replace-file.ts'
import { moveModels, requireMovable } from './move-models.ts'

const pointerSchema = z.object({
  folder: z.string().min(1),
  /** Set while models still move out of there. */
  movingFrom: z.string().min(1).optional(),
})

type Report = (doneBytes: number, totalBytes: number) => void

/**
 * Where downloaded models are kept: beside the chats, unless a file there names another folder.
 * The terminal program reads the same file.
 */
export class ModelsFolder {
  private readonly pointerFile: string
  private readonly usual: string
  private pointer: z.infer<typeof pointerSchema> | null = null

  constructor(
    dataFolder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.pointerFile = join(dataFolder, 'models-folder.json')
    this.usual = resolve(dataFolder, 'models')
  }

  /** Called once, before anything else asks. A pointer that cannot be read counts as none. */
  async load(): Promise<void> {
    const text = await readFile(this.pointerFile, 'utf8').catch(() => null)
    if (text === null) return
    try {
      this.pointer = pointerSchema.parse(JSON.parse(text))
    } catch {
      this.pointer = null // somebody else's file; the usual folder is never wrong
    }
  }

  /** `CHATGLM_MODELS_DIR` comes before what a person has chosen. */
  path(): string {
    return resolve(this.env['CHATGLM_MODELS_DIR'] ?? this.pointer?.folder ?? this.usual)
  }

  /** The folder of one model of the catalogue, made when it is not there. */
  async ofModel(catalogueId: string): Promise<string> {
    const folder = join(this.path(), catalogueId)
    await mkdir(folder, { recursive: true })
    return folder
  }

  /** Moves all models; null for the usual folder. Throws AppError `storage.*`, and moves nothing. */
  async move(folder: string | null, onProgress: Report): Promise<void> {
    const [from, to] = [this.path(), resolve(folder ?? this.usual)]
    if (from === to) return
    await requireMovable(from, to)
    await this.point({ folder: to, movingFrom: from })
    await this.finishMove(onProgress)
  }

  /** Ends a move that a crash or a power cut has ended half-way. */
  async finishMove(onProgress: Report = () => undefined): Promise<void> {
    if (this.pointer?.movingFrom === undefined) return
    const { folder, movingFrom } = this.pointer
    await moveModels(movingFrom, folder, onProgress)
    await this.point(folder === this.usual ? null : { folder })
  }

  private async point(pointer: z.infer<typeof pointerSchema> | null): Promise<void> {
    if (pointer === null) await rm(this.pointerFile, { force: true })
    else await replaceFile(this.pointerFile, JSON.stringify(pointer))
    this.pointer = pointer
  }
}
