/** `npm run bench:app`: what a person waits for, measured in the real app. */
import { rm } from 'node:fs/promises'
import { openChromium } from '../../e2e/harness/chromium.ts'
import { openDisplay } from '../../e2e/harness/display.ts'
import { measureColdStart } from './cold-start.ts'
import { measureIdle } from './idle.ts'
import { newDataFolder } from './libraries.ts'
import { measureLongChat } from './long-chat.ts'
import { Report } from './report.ts'
import { measureStreaming } from './streaming.ts'

const report = new Report()
const display = await openDisplay()
const browser = await openChromium()
const folders: string[] = []
async function newFolder(isFull = false): Promise<string> {
  const folder = await newDataFolder(isFull)
  folders.push(folder)
  return folder
}

try {
  const full = await newFolder(true)
  await measureColdStart(report, display.name, { empty: await newFolder(), full })
  await measureIdle(report, display.name, await newFolder())
  await measureLongChat(report, browser, full)
  await measureStreaming(report, browser, newFolder)
  process.stdout.write(`\n${report.table()}\n`)
} finally {
  await browser.close()
  await display.stop()
  for (const folder of folders) await rm(folder, { recursive: true })
}
