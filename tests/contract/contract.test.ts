import { describe, expect, expectTypeOf, test } from 'vitest'
import type { z } from 'zod'
import {
  engineHelloResultSchema,
  engineHelloSchema,
  engineParamsSchemas,
  engineProgressSchemas,
  engineResultSchemas,
} from '../../src-main/core/engine/engine-messages.ts'
import {
  type EngineGreeting,
  type EngineRequests,
  type GenerateProgress,
} from '../../src-main/shared/engine-api.ts'
import { engineErrorCodes } from '../../src-main/shared/engine-error-codes.ts'
import { contractErrors, contractFiles } from './contract-file.ts'

const schemas: Record<string, { params: z.ZodType; result: z.ZodType; progress?: z.ZodType }> = {
  'engine.hello': { params: engineHelloSchema, result: engineHelloResultSchema },
}
for (const [method, params] of Object.entries(engineParamsSchemas)) {
  schemas[method] = { params, result: engineResultSchemas[method as keyof EngineRequests] }
}
for (const [method, progress] of Object.entries(engineProgressSchemas)) {
  Object.assign(schemas[method] ?? {}, { progress })
}

test('every method has a contract file, and no other has', () => {
  expect(contractFiles.map(({ method }) => method).sort()).toEqual(Object.keys(schemas).sort())
})

test('the error codes are those of the contract, each used once', () => {
  expect(contractErrors.codes).toEqual(engineErrorCodes)
  expect(new Set(Object.values(engineErrorCodes)).size).toBe(Object.keys(engineErrorCodes).length)
})

describe.each(contractFiles)(
  '$method',
  ({ method, sender, params, result, progress, messages }) => {
    const schema = schemas[method]
    const kinds = [
      { kind: 'params', cases: params, schema: schema?.params },
      { kind: 'result', cases: result, schema: schema?.result },
      ...(progress ? [{ kind: 'progress', cases: progress, schema: schema?.progress }] : []),
    ]

    test.each(kinds)('takes every valid $kind', ({ cases, schema }) => {
      for (const value of cases.valid) {
        expect(schema?.safeParse(value), JSON.stringify(value)).toMatchObject({ success: true })
      }
    })

    test.each(kinds)('refuses every invalid $kind', ({ cases, schema }) => {
      for (const value of cases.invalid) {
        expect(schema?.safeParse(value), JSON.stringify(value)).toMatchObject({ success: false })
      }
    })

    test('has whole messages that fit together', () => {
      const { request, response, error } = messages
      expect(request.method).toBe(method)
      expect([response.id, error.id]).toEqual([request.id, request.id])
      expect(schema?.params.safeParse(request.params).success).toBe(true)
      expect(schema?.result.safeParse(response.result).success).toBe(true)
      expect(messages.progress === undefined).toBe(schema?.progress === undefined)
      if (messages.progress) {
        expect(request.params).toMatchObject({ progressToken: messages.progress.params.token })
        expect(schema?.progress?.safeParse(messages.progress.params.value).success).toBe(true)
      }
      expect(sender).toBe(method === 'engine.hello' ? 'engine' : 'app')
    })
  },
)

test('the schemas and the types of the contract are the same', () => {
  type Flat<T> = { [K in keyof T]: T[K] } // an intersection as the one object that it is
  type Params = { [M in keyof EngineRequests]: Flat<EngineRequests[M]['params']> }
  type Results = { [M in keyof EngineRequests]: EngineRequests[M]['result'] }
  type Inferred<T extends Record<string, z.ZodType>> = { [M in keyof T]: z.infer<T[M]> }

  expectTypeOf<Inferred<typeof engineParamsSchemas>>().toEqualTypeOf<Params>()
  expectTypeOf<Inferred<typeof engineResultSchemas>>().toEqualTypeOf<Results>()
  expectTypeOf<z.infer<typeof engineHelloSchema>>().toEqualTypeOf<
    EngineGreeting['engine.hello']['params']
  >()
  expectTypeOf<
    z.infer<(typeof engineProgressSchemas)['chat.generate']>
  >().toEqualTypeOf<GenerateProgress>()
})
