#pragma once

#include <stdexcept>
#include <string>
#include <utility>

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
  kFileBusy = 24,

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

/// What is wrong with a file or folder of a person, so that the app can say it in any language.
struct FileProblem {
  std::string id;      ///< "cut_off"; the app has a sentence for each. Empty: what the code says.
  std::string file;    ///< path, or a name where that is all there is
  std::string detail;  ///< a name or number for the sentence: of a tensor, of another model
};

/// A failure that was foreseen. `what()` is a whole sentence in UTF-8 for a person and says what
/// to do next.
class EngineError : public std::runtime_error {
 public:
  EngineError(ErrorCode code, const std::string& message)
      : std::runtime_error(message), code_(code) {}
  EngineError(ErrorCode code, const std::string& message, FileProblem problem)
      : std::runtime_error(message), code_(code), problem_(std::move(problem)) {}

  ErrorCode code() const { return code_; }
  const FileProblem& problem() const { return problem_; }

  /// Says which file it was, where the place that throws does not know.
  void SetFile(const std::string& file) {
    if (problem_.file.empty()) problem_.file = file;
  }

 private:
  ErrorCode code_;
  FileProblem problem_;
};

}  // namespace chatglm
