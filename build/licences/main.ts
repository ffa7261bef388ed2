/** Writes the notices: `npm run licences`. Refuses a licence that the app may not be shipped with. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { say } from '../setup/run.ts'
import { refusedLicences } from './allowed-licences.ts'
import { noticesFile, noticesOf, shippedWorks } from './notices.ts'

const works = await shippedWorks()
const refused = refusedLicences(works)
if (refused.length > 0) {
  say(`These licences are not allowed:\n${refused.join('\n')}`)
  process.exitCode = 1
} else {
  await mkdir(dirname(noticesFile), { recursive: true })
  await writeFile(noticesFile, noticesOf(works))
  say(`Wrote the licences of ${works.length} works.`)
}
