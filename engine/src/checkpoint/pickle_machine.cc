#include "checkpoint/pickle_machine.h"

#include "checkpoint/pickle_globals.h"
#include "support/utf8.h"

namespace chatglm {

namespace {

// A node takes about 100 bytes, so hostile pickles cannot take more than some 100 MB.
constexpr std::size_t kMaxNodes = 1'000'000;
constexpr std::uint64_t kMaxTextBytes = 1 << 20;

}  // namespace

PickleMachine::PickleMachine(std::string_view bytes, const std::string& file_name)
    : reader_(bytes,
              EngineError(ErrorCode::kInvalidCheckpoint,
                          file_name + " has a damaged list of tensors. Copy or download the file "
                                      "again.",
                          {"damaged", file_name, {}})),
      file_name_(file_name) {
  if (bytes.size() > kMaxPickleBytes) reader_.Fail();
}

PickleRef PickleMachine::Add(PickleNode node) {
  if (pickle_.nodes.size() >= kMaxNodes) ThrowUnsafe("too many values");
  pickle_.nodes.push_back(std::move(node));
  return static_cast<PickleRef>(pickle_.nodes.size() - 1);
}

void PickleMachine::Push(PickleNode node) { stack_.push_back(Add(std::move(node))); }

void PickleMachine::PushInteger(std::int64_t value) {
  Push({.kind = PickleKind::kInteger, .integer = value, .number = 0, .text = {}, .items = {}});
}

void PickleMachine::PushText(PickleKind kind, std::string_view text) {
  if (text.size() > kMaxTextBytes) ThrowUnsafe("a text of over a megabyte");
  Push({.kind = kind, .integer = 0, .number = 0, .text = std::string(text), .items = {}});
}

void PickleMachine::PushLong(std::uint64_t size) {
  const std::string_view bytes = reader_.Bytes(size);
  if (bytes.size() > 8) return PushText(PickleKind::kBytes, bytes);
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  }
  const bool is_negative = !bytes.empty() && (static_cast<std::uint8_t>(bytes.back()) & 0x80) != 0;
  if (is_negative && bytes.size() < 8) value |= ~std::uint64_t{0} << (8 * bytes.size());
  PushInteger(static_cast<std::int64_t>(value));
}

void PickleMachine::PushTuple(std::size_t count) {
  PickleNode tuple{PickleKind::kTuple, 0, 0, {}, std::vector<PickleRef>(count)};
  for (std::size_t i = count; i-- > 0;) tuple.items[i] = Pop();
  Push(std::move(tuple));
}

void PickleMachine::PushGlobal(std::string_view module, std::string_view name) {
  const std::string global = std::string(module) + "." + std::string(name);
  if (!IsAllowedGlobal(global)) ThrowUnsafe(QuoteForMessage(global));
  PushText(PickleKind::kGlobal, global);
}

PickleRef PickleMachine::Pop() {
  const PickleRef top = Top();
  stack_.pop_back();
  return top;
}

PickleRef PickleMachine::Top() const {
  if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) reader_.Fail();
  return stack_.back();
}

std::vector<PickleRef> PickleMachine::PopToMark() {
  if (marks_.empty()) reader_.Fail();
  const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  std::vector<PickleRef> items(begin, stack_.end());
  stack_.erase(begin, stack_.end());
  marks_.pop_back();
  return items;
}

PickleNode& PickleMachine::TopOfKind(PickleKind kind) {
  PickleNode& node = pickle_.nodes[Top()];
  if (node.kind != kind) reader_.Fail();
  return node;
}

void PickleMachine::Memoize(std::uint64_t index) {
  if (memo_.size() >= kMaxNodes) ThrowUnsafe("too many values");
  memo_[index] = Top();
}

void PickleMachine::Recall(std::uint64_t index) {
  const auto found = memo_.find(index);
  if (found == memo_.end()) reader_.Fail();
  stack_.push_back(found->second);
}

void PickleMachine::Reduce() {
  const PickleRef arguments = Pop();
  const PickleRef callee = Pop();
  if (pickle_[callee].kind != PickleKind::kGlobal ||
      pickle_[arguments].kind != PickleKind::kTuple) {
    reader_.Fail();
  }
  if (pickle_[callee].text == "collections.OrderedDict") {
    if (!pickle_[arguments].items.empty()) reader_.Fail();
    return Push({PickleKind::kDict, 0, 0, {}, {}});
  }
  Push({PickleKind::kCall, 0, 0, {}, {callee, arguments}});
}

void PickleMachine::SetItems(const std::vector<PickleRef>& items) {
  if (items.size() % 2 != 0) reader_.Fail();
  auto& target = TopOfKind(PickleKind::kDict).items;
  target.insert(target.end(), items.begin(), items.end());
}

void PickleMachine::AppendItems(const std::vector<PickleRef>& items) {
  auto& target = TopOfKind(PickleKind::kList).items;
  target.insert(target.end(), items.begin(), items.end());
}

void PickleMachine::ThrowUnsafe(const std::string& what) const {
  throw EngineError(ErrorCode::kUnsafePickle,
                    file_name_ + " holds something other than weights (" + what +
                        ") and could run a program, so it was not opened. Use weights from a "
                        "source that you trust, best as safetensors.",
                    {"unsafe", file_name_, {}});
}

}  // namespace chatglm
