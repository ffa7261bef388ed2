import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { EngineProcess } from '../../../src-main/core/engine/engine-process.ts'
import { ApiContext } from '../../../src-main/http/api/api-context.ts'
import { createRoutes, serveRoutes } from '../../../src-main/http/api/api-routes.ts'
import type { ModelFamily } from '../../../src-main/shared/engine-api.ts'
import { fakeEngine, type FakeEngineScript } from '../../fakes/fake-engine-script.ts'

/** The routes of the API before an engine that writes what it is told to. */
export async function startApi(family: ModelFamily, script: FakeEngineScript) {
  const requestLog = join(mkdtempSync(join(tmpdir(), 'chatglm-test-')), 'requests')
  const engine = new EngineProcess({ program: fakeEngine({ requestLog, ...script }) })
  onTestFinished(() => engine.stop())
  const model = { client: await engine.start(), id: family, loadedAtMs: 0, family }
  const source = { current: () => model, ready: async () => model, sampling: () => ({}) }
  const context = new ApiContext({ source, log: { info: () => undefined, error: () => undefined } })
  const web = createRoutes(context)
  serveRoutes(web, context)
  const post = async (url: string, body: object) => {
    const { statusCode, payload } = await web.inject({ method: 'POST', url, payload: body })
    return { statusCode, payload }
  }
  /** The parameters of what the engine was asked to write. */
  const asked = (): unknown[] =>
    readFileSync(requestLog, 'utf8')
      .split('\n')
      .filter((line) => line.includes('.generate'))
      .map((line) => JSON.parse(line.slice(line.indexOf('{'))) as unknown)
  return { post, asked }
}
