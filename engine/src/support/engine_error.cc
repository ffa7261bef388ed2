#include "support/engine_error.h"

namespace chatglm {

const char* ErrorCodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidParams:
      return "";
    case ErrorCode::kCancelled:
      return "cancelled";
    case ErrorCode::kNotAuthenticated:
      return "not_authenticated";
    case ErrorCode::kProtocolMismatch:
      return "protocol_mismatch";
    case ErrorCode::kFileNotFound:
      return "file_not_found";
    case ErrorCode::kFileUnreadable:
      return "file_unreadable";
    case ErrorCode::kFileTruncated:
      return "file_truncated";
    case ErrorCode::kLfsPointer:
      return "lfs_pointer";
    case ErrorCode::kUnsupportedFormat:
      return "unsupported_format";
    case ErrorCode::kWrongArchitecture:
      return "wrong_architecture";
    case ErrorCode::kInvalidCheckpoint:
      return "invalid_checkpoint";
    case ErrorCode::kUnsafePickle:
      return "unsafe_pickle";
    case ErrorCode::kMissingTensor:
      return "missing_tensor";
    case ErrorCode::kInvalidGguf:
      return "invalid_gguf";
    case ErrorCode::kInvalidTokenizer:
      return "invalid_tokenizer";
    case ErrorCode::kDiskFull:
      return "disk_full";
    case ErrorCode::kWriteFailed:
      return "write_failed";
    case ErrorCode::kUnsupportedConversion:
      return "unsupported_conversion";
    case ErrorCode::kFileBusy:
      return "file_busy";
    case ErrorCode::kModelNotLoaded:
      return "model_not_loaded";
    case ErrorCode::kOutOfMemory:
      return "out_of_memory";
    case ErrorCode::kLoadFailed:
      return "load_failed";
    case ErrorCode::kNumericFailure:
      return "numeric_failure";
    case ErrorCode::kEvaluationFailed:
      return "evaluation_failed";
    case ErrorCode::kContextFull:
      return "context_full";
    case ErrorCode::kTooManyRequests:
      return "too_many_requests";
  }
  return "";
}

}  // namespace chatglm
