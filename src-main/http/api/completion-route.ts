import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { ChosenToken } from '../../shared/engine-api.ts'
import { answerReplies, type AnswerForm } from './answer-replies.ts'
import { type ApiContext, type Exchange, newApiId, nowSeconds } from './api-context.ts'
import type { ReplyRequest } from './replies.ts'
import { BadRequest } from './api-errors.ts'
import { codeFields, codePrompt } from './code-fields.ts'
import { forChoice, refuseUnsupported, samplingFields, samplingOf } from './sampling-fields.ts'
import { completionLogprobs, finishReasonOf, usageOf } from './usage.ts'

const mostPrompts = 32

const bodySchema = z.looseObject({
  ...samplingFields,
  ...codeFields,
  prompt: z.union(
    [z.string(), z.array(z.string()).min(1).max(mostPrompts)],
    `Give a text, or a list of at most ${mostPrompts} texts; tokens are not taken`,
  ),
  logprobs: z.int().min(0).max(20).nullish(),
  best_of: z.literal(1, 'Replies are not chosen among others here; leave it out').nullish(),
})

type CompletionBody = z.infer<typeof bodySchema>

/** The form of OpenAI's `text_completion`. */
function completionForm(body: CompletionBody, model: string, { notes }: Exchange): AnswerForm {
  const head = { id: newApiId('cmpl'), object: 'text_completion', created: nowSeconds(), model }
  const hasLogprobs = typeof body.logprobs === 'number'
  const tellsUsage = body.stream_options?.include_usage === true
  const waiting = new Map<number, ChosenToken[]>()
  const ends = new Map<number, number>()
  /** The likelihoods of what has come since the last piece, with where its text begins. */
  const takeLogprobs = (index: number) => {
    const logprobs = completionLogprobs(waiting.get(index) ?? [], ends.get(index) ?? 0)
    waiting.delete(index)
    const last = logprobs.tokens.length - 1
    const end = (logprobs.text_offset[last] ?? 0) + (logprobs.tokens[last]?.length ?? 0)
    if (last >= 0) ends.set(index, end)
    return last >= 0 ? logprobs : null
  }
  const chunk = (choices: object[], usage: object | null = null) => ({
    ...head,
    choices,
    ...(tellsUsage ? { usage } : {}),
  })
  const piece = (index: number, text: string, finish: string | null) =>
    chunk([
      { index, text, logprobs: hasLogprobs ? takeLogprobs(index) : null, finish_reason: finish },
    ])
  return {
    whole: (results) => ({
      ...head,
      choices: results.map(({ text, finish, tokens = [] }, index) => ({
        index,
        text,
        logprobs: hasLogprobs ? completionLogprobs(tokens, 0) : null,
        finish_reason: finishReasonOf(finish),
      })),
      usage: usageOf(notes, results),
    }),
    begin: () => undefined,
    piece: (stream, { index, event }) => {
      if (event.type === 'token') waiting.set(index, [...(waiting.get(index) ?? []), event.token])
      else if (event.type === 'text') stream.send(piece(index, event.text, null))
      else if (event.type === 'finished')
        stream.send(piece(index, '', finishReasonOf(event.result.finish)))
    },
    end: (stream, results) => {
      if (tellsUsage) stream.send(chunk([], usageOf(notes, results)))
    },
  }
}

/** `POST /v1/completions`: raw text is written on, as it stands unless it is told to be code. */
export async function answerCompletion(
  context: ApiContext,
  exchange: Exchange,
): Promise<FastifyReply> {
  const body = bodySchema.parse(exchange.request.body)
  exchange.notes.model = body.model ?? null
  refuseUnsupported(body, ['tools'])
  if (typeof body.code_stop === 'string' && typeof body.logprobs === 'number')
    throw new BadRequest('Leave out "logprobs" where "code_stop" ends the code.', 'logprobs')
  const model = await context.model(exchange.signal)
  const asked = samplingOf(body, context.options.source.sampling())
  const sampling =
    typeof body.logprobs === 'number' ? { ...asked, topLogprobs: body.logprobs } : asked
  const prompts = typeof body.prompt === 'string' ? [body.prompt] : body.prompt
  const choicesEach = body.n ?? 1
  const requests = prompts.flatMap((prompt) =>
    Array.from({ length: choicesEach }, (_, index): ReplyRequest => ({
      ...{ type: 'completion', ...codePrompt(body, prompt) },
      sampling: forChoice(sampling, index),
    })),
  )
  const form = completionForm(body, body.model ?? model.id, exchange)
  const isStream = body.stream === true
  return answerReplies(context, exchange, { model, requests, choicesEach, isStream, form })
}
