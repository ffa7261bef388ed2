import { engineSocketVariable, engineTokenVariable } from '../../shared/engine-api.ts'

/** What a program needs to run at all, on one system or another. */
const names = new Set([
  'PATH',
  'HOME',
  'LANG',
  'TMPDIR',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'XDG_RUNTIME_DIR',
  'SYSTEMROOT',
  'TEMP',
  'TMP',
  'USERPROFILE',
  'LOCALAPPDATA',
  'PROGRAMDATA',
])

/** Settings of OpenMP, ggml, the GPU drivers and the sanitizers. */
const prefixes = [
  'OMP_',
  'GOMP_',
  'GGML_',
  'CUDA_',
  'HIP_',
  'ROCR_',
  'VK_',
  'MTL_',
  'ASAN_',
  'UBSAN_',
]

/** Names a library that ggml would load from anywhere, past the check of the engine's files. */
const refused = 'GGML_BACKEND_PATH'

/** The environment of a new engine: nothing of the user's that it does not need. */
export function engineEnvironment(
  own: NodeJS.ProcessEnv,
  address: string,
  token: string,
): NodeJS.ProcessEnv {
  const kept = Object.entries(own).filter(([name]) => {
    const upper = name.toUpperCase() // Windows writes "Path" and "SystemRoot"
    if (upper === refused) return false
    return names.has(upper) || prefixes.some((prefix) => upper.startsWith(prefix))
  })
  return {
    ...Object.fromEntries(kept),
    [engineSocketVariable]: address,
    [engineTokenVariable]: token,
  }
}
