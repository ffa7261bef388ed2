import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { Catalogue, CatalogueModel } from '../../shared/catalogue.ts'
import { AppError } from '../../shared/errors.ts'
import { describeIssues } from '../describe-issues.ts'
import type { Logger } from '../logger.ts'
import { catalogueFileSchema } from './catalogue-schema.ts'

/** Reads one catalogue with the texts of its licences. Throws what reading and parsing throw. */
export async function readCatalogue(file: string): Promise<Catalogue> {
  const parsed = catalogueFileSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  const licences = await Promise.all(
    parsed.licences.map(async ({ id, name, url, text, textFile }) => ({
      ...{ id, name, url },
      text: text ?? (textFile ? await readFile(join(dirname(file), textFile), 'utf8') : url),
    })),
  )
  return { ...parsed, licences }
}

/**
 * The models that can be downloaded: those that came with the app, or those of a newer
 * `catalogue.json` that the person has put beside the chats.
 */
export class CatalogueService {
  private catalogue: Promise<Catalogue> | undefined

  constructor(
    private readonly shippedFile: string,
    private readonly ownFile: string,
    private readonly log: Logger,
  ) {}

  read(): Promise<Catalogue> {
    return (this.catalogue ??= this.load())
  }

  /** Throws AppError `catalogue.model_unknown`. */
  async find(id: string): Promise<CatalogueModel> {
    const model = (await this.read()).models.find((known) => known.id === id)
    if (model) return model
    const message = `There is no model "${id}" in the catalogue. "chatglm list --all" shows all.`
    throw new AppError('catalogue.model_unknown', message)
  }

  private async load(): Promise<Catalogue> {
    const shipped = await readCatalogue(this.shippedFile)
    try {
      const own = await readCatalogue(this.ownFile)
      return own.updated >= shipped.updated ? own : shipped
    } catch (error) {
      const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
      const cause = error instanceof z.ZodError ? describeIssues(error) : error
      if (!isAbsent) this.log.error(`${this.ownFile} is no catalogue and is left alone`, cause)
      return shipped
    }
  }
}
