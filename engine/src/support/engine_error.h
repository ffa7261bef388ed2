#pragma once

#include <stdexcept>
#include <string>

namespace chatglm {

/// Numbers that cross the socket; the same list stands in src-main/shared/engine-api.ts. JSON-RPC
/// keeps -32768 to -32000 for itself. A number is never used again for another thing.
enum class ErrorCode : int {
  kInvalidParams = -32602,

  kCancelled = 1,
  kNotAuthenticated = 2,
  kProtocolMismatch = 3,

  kFileNotFound = 10,
  kFileUnreadable = 11,
  kFileTruncated = 12,
  kLfsPointer = 13,
  kUnsupportedFormat = 14,
  kWrongArchitecture = 15,
  kInvalidCheckpoint = 16,
  kUnsafePickle = 17,
  kMissingTensor = 18,
  kInvalidGguf = 19,
  kInvalidTokenizer = 20,
  kDiskFull = 21,
  kWriteFailed = 22,
  kUnsupportedConversion = 23,

  kModelNotLoaded = 30,
  kOutOfMemory = 31,
  kLoadFailed = 32,
  kNumericFailure = 33,
  kEvaluationFailed = 34,

  kContextFull = 40,
  kTooManyRequests = 41,
};

/// The name that src-main/shared/engine-api.ts gives to a positive code ("file_not_found"); empty
/// for others.
const char* ErrorCodeName(ErrorCode code);

/// A failure that was foreseen. `what()` is a whole sentence in UTF-8 for a person and says what
/// to do next.
class EngineError : public std::runtime_error {
 public:
  EngineError(ErrorCode code, const std::string& message)
      : std::runtime_error(message), code_(code) {}

  ErrorCode code() const { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace chatglm
