// Formats the engine's C++ with clang-format, or tells with --check what is not formatted.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

const files = globSync(['engine/**/*.{h,cc}', 'tests/{engine,bench}/**/*.{h,cc}'])
const args = process.argv.includes('--check') ? ['--dry-run', '--Werror'] : ['-i']
const result = spawnSync('clang-format', ['--style=file:engine/.clang-format', ...args, ...files], {
  stdio: 'inherit',
})
process.exit(result.status ?? 1)
