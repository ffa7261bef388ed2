import { join } from 'node:path'
import type { Browser } from '@playwright/test'
import { modelId } from '../../../src-main/shared/ids.ts'
import { request } from '../../e2e/harness/app-driver.ts'
import { WebDriver } from '../../e2e/harness/web-driver.ts'
import { fakeEngineFile } from '../../fakes/fake-engine-script.ts'
import { type PageWork, traceWork } from './page-work.ts'
import { milliseconds, quantile, type Report } from './report.ts'

const tokensPerSecond = 200
/** Some forty tokens, as models write them. */
const unit = [
  ...[
    '## ',
    '一个',
    '标题',
    '\n\n',
    'A ',
    'para',
    'graph ',
    'with ',
    '**',
    'bold',
    '** ',
    'text, ',
  ],
  ...[
    '`',
    'code',
    '` ',
    '和',
    '一些',
    '中文',
    '。',
    '\n\n',
    '- ',
    'first',
    '\n',
    '- ',
    'second',
    '\n\n',
  ],
  ...[
    '```',
    'python\n',
    'def ',
    'f(x',
    '):\n',
    '    ',
    'return ',
    'x * ',
    '2\n',
    '```',
    '\n\n',
    '| a ',
    '| b |\n',
  ],
  ...['| - | - |\n', '| 1 | 2 |', '\n\n'],
]

/** What the page does while a reply of so many tokens is written. */
async function writeReply(browser: Browser, folder: string, tokens: number): Promise<PageWork> {
  process.env['CHATGLM_ENGINE'] = fakeEngineFile({
    reply: unit,
    replyTimes: Math.ceil(tokens / unit.length),
    pieceDelayMs: 1000 / tokensPerSecond,
  })
  const app = await WebDriver.start(folder, browser)
  const { page } = app
  await request(page, 'model.load', { modelId: modelId('demo') })
  await page.locator('.composer textarea').fill('write')
  const work = await traceWork(browser, page, join(folder, `trace-${tokens}.json`), async () => {
    await page.locator('.composer textarea').press('Enter')
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor()
    await page.locator('.composer button[type=submit]').waitFor({ timeout: 180_000 })
  })
  await app.close()
  delete process.env['CHATGLM_ENGINE']
  return work
}

/** What drawing costs while a reply is written at 200 tokens a second. */
export async function measureStreaming(
  report: Report,
  browser: Browser,
  newFolder: () => Promise<string>,
): Promise<void> {
  const short = await writeReply(browser, await newFolder(), 1000)
  const long = await writeReply(browser, await newFolder(), 10_000)
  for (const [tokens, work] of [
    ['1,000', short],
    ['10,000', long],
  ] as const) {
    const update = milliseconds(quantile(work.updatesMs, 0.95))
    report.add(`an update while ${tokens} tokens are written, p95`, update, 'at most 4 ms')
    const frame = milliseconds(quantile(work.framesMs, 0.95))
    report.add(`the same with painting and handing over the frame, p95`, frame, 'recorded')
    const longest = milliseconds(work.longestTaskMs)
    report.add(`the longest task while ${tokens} tokens are written`, longest, 'at most 50 ms')
  }
  const ratio = long.totalMs / short.totalMs
  report.add(
    'work for 10,000 tokens against 1,000',
    `${ratio.toFixed(1)} times`,
    'at most 11 times',
  )
}
