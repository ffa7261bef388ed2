import type { Message } from '../../shared/chat.ts'
import { AppError } from '../../shared/errors.ts'
import type { ContextUse } from '../../shared/models.ts'
import type { RemoteChoice } from '../../shared/remote.ts'

/**
 * What is known of the context on a server: what it counted for the last reply. Throws AppError
 * `remote.context_unknown` where it tells too little.
 */
export function remoteContext({ contextLength }: RemoteChoice, path: Message[]): ContextUse {
  const counted = path.findLast(({ statistics }) => statistics !== null)?.statistics
  if (contextLength === null || !counted)
    throw new AppError('remote.context_unknown', 'The server has not told how much it can read.')
  const promptTokens = counted.promptTokens + counted.generatedTokens
  return { promptTokens, contextLength, fits: true, forgottenRounds: 0, firstSeenId: null }
}
