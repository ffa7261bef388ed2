#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "checkpoint/byte_reader.h"
#include "checkpoint/pickle_reader.h"

namespace chatglm {

/// The stack, the marks and the memo of one pickle while it is read.
class PickleMachine {
 public:
  PickleMachine(std::string_view bytes, const std::string& file_name);

  /// Runs to STOP and gives the nodes away.
  Pickle Run();

 private:
  void Step(std::uint8_t opcode);
  bool StepValue(std::uint8_t opcode);
  bool StepText(std::uint8_t opcode);
  bool StepMemo(std::uint8_t opcode);
  bool StepContainer(std::uint8_t opcode);

  PickleRef Add(PickleNode node);
  void Push(PickleNode node);
  void PushInteger(std::int64_t value);
  void PushText(PickleKind kind, std::string_view text);
  void PushLong(std::uint64_t size);
  void PushTuple(std::size_t count);
  void PushGlobal(std::string_view module, std::string_view name);

  PickleRef Pop();
  PickleRef Top() const;
  /// Takes what lies above the last mark, and the mark.
  std::vector<PickleRef> PopToMark();
  PickleNode& TopOfKind(PickleKind kind);

  void Memoize(std::uint64_t index);
  void Recall(std::uint64_t index);
  void Reduce();
  void SetItems(const std::vector<PickleRef>& items);
  void AppendItems(const std::vector<PickleRef>& items);

  [[noreturn]] void ThrowUnsafe(const std::string& what) const;

  ByteReader reader_;
  std::string file_name_;
  Pickle pickle_;
  std::vector<PickleRef> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint64_t, PickleRef> memo_;
};

}  // namespace chatglm
