import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { ToolDefinition } from '../../shared/tools.ts'
import type {
  ChosenToken,
  GenerateFinish,
  GenerateResult,
  SamplingOptions,
} from '../../shared/engine-api.ts'
import { answerReplies, type AnswerForm } from './answer-replies.ts'
import { type ApiContext, type Exchange, newApiId, nowSeconds } from './api-context.ts'
import { conversationOf, messagesField } from './chat-messages.ts'
import type { ReplyRequest } from './replies.ts'
import { forChoice, refuseUnsupported, samplingFields, samplingOf } from './sampling-fields.ts'
import { mayBeCall, toolCallField, toolFields, toolsOf } from './tool-fields.ts'
import { chatLogprobs, finishReasonOf, usageOf } from './usage.ts'

const bodySchema = z.looseObject({
  ...samplingFields,
  ...toolFields,
  messages: messagesField,
  max_completion_tokens: samplingFields.max_tokens,
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
})

type ChatBody = z.infer<typeof bodySchema>

const assistant = { role: 'assistant' }

function samplingFor(body: ChatBody, otherwise: SamplingOptions): SamplingOptions {
  const max_tokens = body.max_completion_tokens ?? body.max_tokens
  const sampling = samplingOf({ ...body, max_tokens }, otherwise)
  return body.logprobs === true ? { ...sampling, topLogprobs: body.top_logprobs ?? 0 } : sampling
}

/** The form of OpenAI's `chat.completion`, of which the official `openai_api.py` has a part. */
function chatForm(
  body: ChatBody,
  model: string,
  tools: ToolDefinition[],
  { notes }: Exchange,
): AnswerForm {
  const head = { id: newApiId('chatcmpl'), created: nowSeconds(), model }
  const hasLogprobs = body.logprobs === true
  const logprobsOf = (tokens: ChosenToken[]) =>
    hasLogprobs ? { logprobs: chatLogprobs(tokens) } : {}
  /** What has come of a reply that may yet become a call; null once it has turned out to be words. */
  const begun = new Map<number, string | null>()
  const tellsUsage = body.stream_options?.include_usage === true
  const waiting = new Map<number, ChosenToken[]>()
  const takeTokens = (index: number): ChosenToken[] => {
    const tokens = waiting.get(index) ?? []
    waiting.delete(index)
    return tokens
  }
  const chunk = (choices: object[], usage: object | null = null) => ({
    ...head,
    object: 'chat.completion.chunk',
    choices,
    ...(tellsUsage ? { usage } : {}),
  })
  const piece = (index: number, delta: object, finish: string | null, tokens: ChosenToken[] = []) =>
    chunk([
      {
        ...{ index, delta, finish_reason: finish },
        ...(tokens.length > 0 ? logprobsOf(tokens) : {}),
      },
    ])
  const endOf = (text: string, finish: GenerateFinish) => {
    const call = toolCallField(text, tools)
    return call
      ? {
          message: { ...assistant, content: null, tool_calls: [call] },
          finish_reason: 'tool_calls',
        }
      : { message: { ...assistant, content: text }, finish_reason: finishReasonOf(finish) }
  }
  return {
    whole: (results) => ({
      ...head,
      object: 'chat.completion',
      choices: results.map(({ text, finish, tokens = [] }, index) => ({
        index,
        ...endOf(text, finish),
        logprobs: hasLogprobs ? chatLogprobs(tokens) : null,
      })),
      usage: usageOf(notes, results),
    }),
    begin: (stream) => {
      for (let index = 0; index < (body.n ?? 1); index++)
        stream.send(piece(index, { role: 'assistant' }, null))
    },
    piece: (stream, { index, event }) => {
      if (event.type === 'token') waiting.set(index, [...(waiting.get(index) ?? []), event.token])
      else if (event.type === 'text') {
        const held = begun.get(index)
        const text = (held ?? '') + event.text
        const isHeld = held !== null && mayBeCall(text, tools)
        begun.set(index, isHeld ? text : null)
        if (!isHeld) stream.send(piece(index, { content: text }, null, takeTokens(index)))
      } else if (event.type === 'finished') {
        const held = begun.get(index) ?? ''
        const call = toolCallField(held, tools)
        const delta = call ? { tool_calls: [{ index: 0, ...call }] } : { content: held }
        if (held !== '') stream.send(piece(index, delta, null, takeTokens(index)))
        const reason = call ? 'tool_calls' : finishReasonOf(event.result.finish)
        stream.send(piece(index, {}, reason, takeTokens(index)))
      }
    },
    end: (stream, results: GenerateResult[]) => {
      if (tellsUsage) stream.send(chunk([], usageOf(notes, results)))
    },
  }
}

/** `POST /v1/chat/completions`. */
export async function answerChat(context: ApiContext, exchange: Exchange): Promise<FastifyReply> {
  const body = bodySchema.parse(exchange.request.body)
  exchange.notes.model = body.model ?? null
  refuseUnsupported(body)
  const model = await context.model(exchange.signal)
  const tools = toolsOf(body, model.family)
  const messages = conversationOf(body.messages, model.family, tools)
  const sampling = samplingFor(body, context.options.source.sampling())
  const choicesEach = body.n ?? 1
  const requests = Array.from({ length: choicesEach }, (_, index): ReplyRequest => ({
    type: 'chat',
    messages,
    sampling: forChoice(sampling, index),
  }))
  const form = chatForm(body, body.model ?? model.id, tools, exchange)
  const isStream = body.stream === true
  return answerReplies(context, exchange, { model, requests, choicesEach, isStream, form })
}
