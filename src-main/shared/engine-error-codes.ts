/**
 * Codes of the errors that the engine answers with. JSON-RPC keeps -32768 to -32000 for itself.
 * A number is never used again for another thing.
 */
export const engineErrorCodes = {
  cancelled: 1,
  not_authenticated: 2,
  protocol_mismatch: 3,

  file_not_found: 10,
  file_unreadable: 11,
  file_truncated: 12,
  lfs_pointer: 13,
  unsupported_format: 14,
  wrong_architecture: 15,
  invalid_checkpoint: 16,
  unsafe_pickle: 17,
  missing_tensor: 18,
  invalid_gguf: 19,
  invalid_tokenizer: 20,
  disk_full: 21,
  write_failed: 22,
  unsupported_conversion: 23,
  file_busy: 24,

  model_not_loaded: 30,
  out_of_memory: 31,
  load_failed: 32,
  numeric_failure: 33,
  evaluation_failed: 34,

  context_full: 40,
  too_many_requests: 41,
} as const

export type EngineErrorName = keyof typeof engineErrorCodes
