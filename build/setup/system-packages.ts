import { existsSync } from 'node:fs'
import { aptNames, installByApt, type WantedPackage } from './apt.ts'
import { hostPlatform } from './paths.ts'
import { hasProgram, SetupError } from './run.ts'

interface Need extends WantedPackage {
  isPresent: () => Promise<boolean>
}

const linuxTriple = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu'

const program = (name: string, packageName = name): Need => ({
  package: packageName,
  isPresent: () => hasProgram(name),
})

const library = (file: string, packageName: string): Need => ({
  package: packageName,
  isPresent: async () => existsSync(`/usr/lib/${linuxTriple}/${file}`),
})

const forEngine: Need[] = [
  program('cmake'),
  program('ninja', 'ninja-build'),
  program('c++', 'g++'),
  program('git'),
  { ...program('ccache'), optional: true },
]

const forTests: Need[] = [
  program('clang-format'),
  {
    package: 'libgtest-dev',
    isPresent: async () =>
      ['/usr/include', '/usr/local/include', '/opt/homebrew/include'].some((folder) =>
        existsSync(`${folder}/gtest/gtest.h`),
      ),
  },
]

/** A Vulkan driver that computes on the CPU, for the tests of GPU code paths. */
const forGpuTests: Need[] = [
  { ...library('libvulkan.so.1', 'libvulkan1'), optional: true },
  { ...library('libvulkan_lvp.so', 'mesa-vulkan-drivers'), optional: true },
]

/** What a browser and Electron need on Linux; elsewhere the system has it. */
const forBrowsers: Need[] = [
  program('Xvfb', 'xvfb'),
  {
    package: 'chromium',
    isPresent: async () =>
      process.env['CHATGLM_TEST_CHROMIUM'] !== undefined || (await hasProgram('chromium')),
  },
  library('libgtk-3.so.0', 'libgtk-3-0'),
  library('libnss3.so', 'libnss3'),
  library('libasound.so.2', 'libasound2'),
  library('libgbm.so.1', 'libgbm1'),
  { ...program('strace'), optional: true },
  {
    package: 'fonts-noto-cjk',
    isPresent: async () => existsSync('/usr/share/fonts/opentype/noto'),
    optional: true,
  },
]

/** Compilers for other systems. */
const forPresets: Record<string, Need[]> = {
  'win-x64':
    process.platform === 'win32'
      ? []
      : [program('x86_64-w64-mingw32-g++-posix', 'g++-mingw-w64-x86-64-posix')],
  'linux-arm64':
    process.arch === 'arm64' ? [] : [program('aarch64-linux-gnu-g++', 'g++-aarch64-linux-gnu')],
}

/** The compiler for Windows, and what runs its programs here. */
const forWindowsTests: Need[] = [...(forPresets['win-x64'] ?? []), program('wine')].map((need) => ({
  ...need,
  optional: true,
}))

/** The compiler for 64-bit ARM, what runs its programs here, and the source of what the tests are written with. */
const forArmTests: Need[] = [
  ...(forPresets['linux-arm64'] ?? []),
  program('qemu-aarch64-static', 'qemu-user-static'),
  { package: 'googletest', isPresent: async () => existsSync('/usr/src/googletest') },
].map((need) => ({ ...need, optional: true }))

async function missingOf(needs: Need[]): Promise<Need[]> {
  const present = await Promise.all(needs.map((need) => need.isPresent()))
  return needs.filter((_, index) => !present[index])
}

/**
 * Brings the compilers and libraries that npm cannot: by apt where we are root on Debian, else by
 * telling the person what to install.
 */
export async function ensureSystemPackages(options: {
  tests: boolean
  preset?: string
}): Promise<void> {
  const needs = [...forEngine, ...(forPresets[options.preset ?? ''] ?? [])]
  if (options.tests) needs.push(...forTests)
  if (options.tests && process.platform === 'linux') needs.push(...forGpuTests, ...forBrowsers)
  if (options.tests && hostPlatform === 'linux-x64') needs.push(...forWindowsTests, ...forArmTests)
  const missing = await missingOf(needs)
  if (missing.length === 0) return
  if (process.getuid?.() === 0 && (await hasProgram('apt-get'))) return installByApt(missing)
  const required = missing.filter((need) => !need.optional).map((need) => need.package)
  if (required.length === 0) return
  const names = (await aptNames(required)).map((name, index) => name ?? required[index])
  throw new SetupError(
    `These are missing (named as Debian names them): ${required.join(', ')}.\n` +
      `Install them and run the command again: on Debian or Ubuntu "sudo apt-get install ${names.join(' ')}", ` +
      'on macOS "brew install cmake ninja googletest clang-format", on Windows CMake, Ninja, git and mingw-w64\'s GCC with POSIX threads.',
  )
}
