import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { otherWorks } from '../../../build/licences/other-works.ts'
import { root } from '../../../build/setup/paths.ts'

/** Of the compiler and the system: packages of CMake, then headers by their file or folder. */
const ofSystem = new Set([
  ...['Threads', 'OpenMP', 'omp', 'immintrin', 'arm_neon', 'dlfcn', 'fcntl', 'netdb', 'poll'],
  ...['sched', 'sys', 'unistd', 'mach', 'mach-o', 'process', 'windows', 'winioctl', 'winsock2'],
  'ws2tcpip',
])

/** How build files, the set-up and sources of the engine name what is not its own. */
const namings = [
  /add_library\(external_(\w+)/g,
  /find_package\((\w+)/g,
  /pkg_check_modules\((\w+)/g,
  /(FetchContent|ExternalProject|file\(DOWNLOAD)/g,
  /\bvendor\/([\w-]+)/g,
  /\$\{\w+_source\}\/([\w-]+)/g,
  /\/source\/(?!vendor\b)([\w-]+)/g,
  /"package": "(@?[\w-]+)/g,
  /^\s*#\s*include\s*<([\w-]+)[/.]/gm,
]

const namesIn = (text: string): string[] =>
  namings.flatMap((naming) => [...text.matchAll(naming)].map(([, name = '']) => name))

const engineNames = (await otherWorks()).flatMap((work) => work.engineNames ?? [])
/** `ggml` also stands for its parts, such as `ggml-rpc`. */
const isNamed = (name: string): boolean =>
  ofSystem.has(name) || engineNames.some((one) => name === one || name.startsWith(`${one}-`))

const foldersIn = (path: string): string[] =>
  readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()

test('all that the engine is built from is named in the notices', () => {
  const files = readdirSync(join(root, 'engine'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(cc|h|cmake)$|CMakeLists\.txt$|llama\.lock\.json$/.test(file))
    .map((file) => join(root, 'engine', file))
  files.push(join(root, 'build/setup/llama-libraries.ts'))
  const names = new Set(files.flatMap((file) => namesIn(readFileSync(file, 'utf8'))))
  expect([...names]).toEqual(expect.arrayContaining(['llama', 'nlohmann', 'xxhash', 'sha256']))
  expect([...names].filter((name) => !isNamed(name))).toEqual([])
})

test('the engine has folders of its own only', () => {
  const layers = readFileSync(join(root, 'engine/cmake/layers.cmake'), 'utf8')
  const [, own = ''] = /set\(CHATGLM_ALL_LAYERS ([\w ]+)\)/.exec(layers) ?? []
  expect(foldersIn('engine')).toEqual(['cmake', 'kernels', 'src'])
  expect(foldersIn('engine/src')).toEqual(own.split(' ').sort())
})

test.each([
  ['add_library(external_zlib INTERFACE)', 'zlib'],
  ['find_package(CURL REQUIRED)', 'CURL'],
  ['FetchContent_Declare(fmt)', 'FetchContent'],
  ['set(x ${CHATGLM_LLAMA_ROOT}/source/vendor/stb)', 'stb'],
  ['add_library(y STATIC ${hash_source}/sha1/sha1.c)', 'sha1'],
  ['#include <zstd.h>', 'zstd'],
  ['#include <fmt/format.h>', 'fmt'],
])('%s would have to be named', (text, name) => {
  expect(namesIn(text).filter((one) => !isNamed(one))).toEqual([name])
})
