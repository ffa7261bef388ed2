import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { z } from 'zod'
import { root } from '../setup/paths.ts'

const componentSchema = z.looseObject({
  ...{ 'bom-ref': z.string(), name: z.string(), version: z.string() },
  properties: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
})
type Component = z.infer<typeof componentSchema>

const sbomSchema = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.looseObject({ component: z.looseObject({ 'bom-ref': z.string() }) }),
  components: z.array(componentSchema),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
})

const llamaSchema = z.object({
  release: z.string(),
  prebuilt: z.record(z.string(), z.object({ package: z.string(), integrity: z.string() })),
})

/** The engine's library, whose release and packages `engine/llama.lock.json` pins. */
async function llamaComponent() {
  const text = await readFile(join(root, 'engine/llama.lock.json'), 'utf8')
  const { release, prebuilt } = llamaSchema.parse(JSON.parse(text))
  return {
    'bom-ref': `llama.cpp@${release}`,
    type: 'library',
    name: 'llama.cpp',
    version: release,
    licenses: [{ license: { id: 'MIT' } }],
    purl: `pkg:github/ggml-org/llama.cpp@${release}`,
    properties: Object.entries(prebuilt).map(([platform, locked]) => ({
      name: `chatglm-desktop:prebuilt:${platform}`,
      value: `${locked.package} ${locked.integrity}`,
    })),
  }
}

const isShipped = ({ name, properties = [] }: Component): boolean =>
  name === 'electron' ||
  !properties.some((one) => one.name === 'cdx:npm:package:development' && one.value === 'true')

/**
 * Writes what the app is made of, as CycloneDX: the packages of the lock file by npm itself, Electron
 * and llama.cpp. npm's own `--omit dev` also leaves out what both the app and its tools need.
 */
export async function writeSbom(file: string): Promise<void> {
  const options = ['--package-lock-only', '--sbom-format', 'cyclonedx']
  const { stdout } = await execa('npm', ['sbom', ...options], { cwd: root })
  const { components, dependencies, ...sbom } = sbomSchema.parse(JSON.parse(stdout))
  const shipped = components.filter(isShipped)
  const known = new Set([
    sbom.metadata.component['bom-ref'],
    ...shipped.map((one) => one['bom-ref']),
  ])
  const graph = dependencies
    .filter(({ ref }) => known.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => known.has(one)) }))
  const all = { ...sbom, components: [...shipped, await llamaComponent()], dependencies: graph }
  await writeFile(file, `${JSON.stringify(all, null, 2)}\n`)
}
