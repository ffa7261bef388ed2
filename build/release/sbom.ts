import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { z } from 'zod'
import { unlistedLicences } from '../licences/allowed-licences.ts'
import { grammarWorks } from '../licences/grammars.ts'
import { type OtherWork, otherWorks } from '../licences/other-works.ts'
import { root } from '../setup/paths.ts'

const componentSchema = z.looseObject({
  'bom-ref': z.string(),
  name: z.string(),
  version: z.string(),
})

const sbomSchema = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.looseObject({ component: z.looseObject({ 'bom-ref': z.string() }) }),
  components: z.array(componentSchema),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
})

const lockedSchema = z.object({ package: z.string(), integrity: z.string() })
const llamaSchema = z.object({
  release: z.string(),
  source: lockedSchema,
  prebuilt: z.record(z.string(), lockedSchema),
  vulkan: z.record(z.string(), lockedSchema),
})

/** The engine's library, whose release and packages `engine/llama.lock.json` pins. */
async function llamaComponent() {
  const text = await readFile(join(root, 'engine/llama.lock.json'), 'utf8')
  const { release, source, prebuilt, vulkan } = llamaSchema.parse(JSON.parse(text))
  const properties = (kind: string, packages: Record<string, z.infer<typeof lockedSchema>>) =>
    Object.entries(packages).map(([platform, locked]) => ({
      name: `chatglm-desktop:${kind}:${platform}`,
      value: `${locked.package} ${locked.integrity}`,
    }))
  return {
    'bom-ref': `llama.cpp@${release}`,
    type: 'library',
    name: 'llama.cpp',
    version: release,
    licenses: [{ license: { id: 'MIT' } }],
    purl: `pkg:github/ggml-org/llama.cpp@${release}`,
    properties: [
      ...properties('source', { all: source }),
      ...properties('prebuilt', prebuilt),
      ...properties('vulkan', vulkan),
    ],
  }
}

/** A work of the notices that no lock file names. Its version is that of what brings it. */
const workComponent = ({ name, licence }: OtherWork) => ({
  'bom-ref': `work:${name}`,
  type: 'library',
  name,
  licenses: licence
    .split(' AND ')
    .map((one) => ({ license: unlistedLicences.includes(one) ? { name: one } : { id: one } })),
})

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      name: z.string().optional(),
      version: z.string().optional(),
      dev: z.boolean().default(false),
    }),
  ),
})

/**
 * What the lock file has outside of the tools, as `name@version`. npm's list says of a version
 * that stands there twice, for the app and for a tool, only what holds of one of them.
 */
async function shippedPackages(): Promise<Set<string>> {
  const text = await readFile(join(root, 'package-lock.json'), 'utf8')
  const entries = Object.entries(lockSchema.parse(JSON.parse(text)).packages)
  const shipped = entries
    .filter(([, { dev }]) => !dev)
    .map(([path, { name, version }]) => `${name ?? path.split('node_modules/').at(-1)}@${version}`)
  return new Set(shipped)
}

/**
 * Writes what the app is made of, as CycloneDX: the packages of the lock file by npm itself, Electron,
 * llama.cpp, and the other works of the notices. npm's own `--omit dev` also leaves out what both the
 * app and its tools need.
 */
export async function writeSbom(file: string): Promise<void> {
  const options = ['--package-lock-only', '--sbom-format', 'cyclonedx']
  const { stdout } = await execa('npm', ['sbom', ...options], { cwd: root })
  const { components, dependencies, ...sbom } = sbomSchema.parse(JSON.parse(stdout))
  const app = sbom.metadata.component['bom-ref']
  const llama = await llamaComponent()
  const packages = await shippedPackages()
  const ofApp = components.filter(
    ({ name, version }) => name === 'electron' || packages.has(`${name}@${version}`),
  )
  const shipped = [...ofApp, llama]
  const grammars = (await grammarWorks()).map((work) => ({ ...work, inside: 'shiki' }))
  const works = [...(await otherWorks()), ...grammars].filter((work) => !('component' in work))

  const known = new Set([app, ...shipped.map((one) => one['bom-ref'])])
  const graph = new Map(
    dependencies
      .filter(({ ref }) => known.has(ref))
      .map(({ ref, dependsOn }) => [ref, dependsOn.filter((one) => known.has(one))]),
  )
  const bring = (ref: string, brought: string) =>
    graph.set(ref, [...(graph.get(ref) ?? []), brought])
  bring(app, llama['bom-ref'])
  for (const work of works) {
    const holder = shipped.find(({ name }) => name === work.inside)
    if (work.inside !== undefined && !holder)
      throw new Error(`${work.inside}, which brings ${work.name}, is not shipped.`)
    bring(holder?.['bom-ref'] ?? app, workComponent(work)['bom-ref'])
  }
  const all = {
    ...sbom,
    components: [...shipped, ...works.map(workComponent)],
    dependencies: [...graph].map(([ref, dependsOn]) => ({ ref, dependsOn })),
  }
  await writeFile(file, `${JSON.stringify(all, null, 2)}\n`)
}
