import { mkdir, readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { replaceFile } from '../downloads/replace-file.ts'
import { exists } from './disk-use.ts'
import { copyModels, dropCopies, isOnOneDisk, moveModels, requireMovable } from './move-models.ts'

const pointerSchema = z.object({
  folder: z.string().min(1),
  /** Set while models still move out of there. */
  movingFrom: z.string().min(1).optional(),
  /** Set while models are copied there; nothing has moved by then. */
  copyingTo: z.string().min(1).optional(),
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
    return resolve(this.env['CHATGLM_MODELS_DIR'] ?? this.chosen())
  }

  /** The folder of one model of the catalogue, made when it is not there. */
  async ofModel(catalogueId: string): Promise<string> {
    const folder = join(this.path(), catalogueId)
    await mkdir(folder, { recursive: true })
    return folder
  }

  /**
   * Moves all models; null for the usual folder. Until the copies for another disk are whole it can
   * be stopped. Throws AppError `storage.*` or the signal's error, and then nothing has moved.
   */
  async move(folder: string | null, signal: AbortSignal, onProgress: Report): Promise<void> {
    const [from, to] = [this.path(), resolve(folder ?? this.usual)]
    if (from === to) return
    await dropCopies(to)
    await requireMovable(from, to)
    const needsCopies = (await exists(from)) && !(await isOnOneDisk(from, to))
    if (needsCopies) await this.copy(from, to, signal, onProgress)
    await this.point({ folder: to, movingFrom: from })
    await this.finishMove()
  }

  /** Ends a move that a crash or a power cut has ended half-way; one that only copied is undone. */
  async finishMove(): Promise<void> {
    if (this.pointer?.copyingTo !== undefined) await this.forgetCopies(this.pointer.copyingTo)
    if (this.pointer?.movingFrom === undefined) return
    const { folder, movingFrom } = this.pointer
    await moveModels(movingFrom, folder)
    await this.pointAt(folder)
  }

  private async copy(from: string, to: string, signal: AbortSignal, onProgress: Report) {
    await this.point({ folder: this.chosen(), copyingTo: to })
    try {
      await copyModels(from, to, signal, onProgress)
    } catch (error) {
      await this.forgetCopies(to)
      throw error
    }
  }

  private async forgetCopies(to: string): Promise<void> {
    await dropCopies(to)
    await this.pointAt(this.chosen())
  }

  private chosen(): string {
    return this.pointer?.folder ?? this.usual
  }

  private pointAt(folder: string): Promise<void> {
    return this.point(folder === this.usual ? null : { folder })
  }

  private async point(pointer: z.infer<typeof pointerSchema> | null): Promise<void> {
    if (pointer === null) await rm(this.pointerFile, { force: true })
    else await replaceFile(this.pointerFile, JSON.stringify(pointer))
    this.pointer = pointer
  }
}
