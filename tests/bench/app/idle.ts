import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import { modelId } from '../../../src-main/shared/ids.ts'
import { request } from '../../e2e/harness/app-driver.ts'
import { ElectronDriver } from '../../e2e/harness/electron-driver.ts'
import type { Report } from './report.ts'

const settleMs = 8000
const watchMs = 10_000

interface ProcessUse {
  id: number
  parent: number
  residentKib: number
  cpuSeconds: number
}

/** `0:01` or `1-02:03:04` as seconds. */
function seconds(time: string): number {
  const [days, clock] = time.includes('-') ? time.split('-') : ['0', time]
  const parts = (clock ?? '').split(':').map(Number)
  return Number(days) * 86_400 + parts.reduce((sum, part) => sum * 60 + part, 0)
}

async function processes(): Promise<ProcessUse[]> {
  const { stdout } = await execa('ps', ['-eo', 'pid=,ppid=,rss=,cputimes='])
  return stdout.split('\n').map((line) => {
    const [id = 0, parent = 0, residentKib = 0] = line.trim().split(/\s+/).map(Number)
    return { id, parent, residentKib, cpuSeconds: seconds(line.trim().split(/\s+/).at(-1) ?? '0') }
  })
}

/** A process and all that it started. */
async function family(root: number): Promise<ProcessUse[]> {
  const all = await processes()
  const ids = new Set([root])
  for (let size = 0; size !== ids.size;) {
    size = ids.size
    for (const { id, parent } of all) if (ids.has(parent)) ids.add(id)
  }
  return all.filter(({ id }) => ids.has(id))
}

const sum = (all: ProcessUse[], field: 'residentKib' | 'cpuSeconds'): number =>
  all.reduce((total, one) => total + one[field], 0)

/** What all processes together take while nothing happens, the demo model loaded. */
export async function measureIdle(report: Report, display: string, folder: string): Promise<void> {
  const app = await ElectronDriver.start(folder, display)
  await request(app.page, 'model.load', { modelId: modelId('demo') })
  await delay(settleMs)
  const before = await family(app.processId)
  await delay(watchMs)
  const after = await family(app.processId)
  const megabytes = (sum(after, 'residentKib') * 1024) / 1e6
  const what = `${after.length} processes, shared pages counted in each`
  report.add(`idle memory (${what})`, `${megabytes.toFixed(0)} MB`, 'recorded')
  const share = ((sum(after, 'cpuSeconds') - sum(before, 'cpuSeconds')) * 1000) / watchMs
  report.add('idle CPU, of one core', `${(share * 100).toFixed(1)}%`, 'recorded')
  await app.close()
}
