#include <array>
#include <bit>
#include <cstdio>

#include "checkpoint/pickle_machine.h"

namespace chatglm {

namespace {

// Names as in Python's pickletools.
enum Opcode : std::uint8_t {
  kMark = '(',
  kStop = '.',
  kPop = '0',
  kDup = '2',
  kAppends = 'e',
  kAppend = 'a',
  kBuild = 'b',
  kGlobal = 'c',
  kEmptyDict = '}',
  kEmptyList = ']',
  kEmptyTuple = ')',
  kBinGet = 'h',
  kLongBinGet = 'j',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kReduce = 'R',
  kSetItem = 's',
  kSetItems = 'u',
  kTuple = 't',
  kBinPersId = 'Q',
  kNone = 'N',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kBinFloat = 'G',
  kBinUnicode = 'X',
  kBinString = 'T',
  kShortBinString = 'U',
  kBinBytes = 'B',
  kShortBinBytes = 'C',
  kProto = 0x80,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kLong1 = 0x8a,
  kLong4 = 0x8b,
  kShortBinUnicode = 0x8c,
  kBinUnicode8 = 0x8d,
  kBinBytes8 = 0x8e,
  kStackGlobal = 0x93,
  kMemoize = 0x94,
  kFrame = 0x95,
};

constexpr std::uint8_t kMaxProtocol = 5;

double BigEndianDouble(std::string_view bytes) {
  std::uint64_t bits = 0;
  for (const char byte : bytes) bits = bits << 8 | static_cast<std::uint8_t>(byte);
  return std::bit_cast<double>(bits);
}

}  // namespace

Pickle PickleMachine::Run() {
  for (;;) {
    const std::uint8_t opcode = reader_.U8();
    if (opcode == kStop) break;
    Step(opcode);
  }
  pickle_.root = Pop();
  return std::move(pickle_);
}

void PickleMachine::Step(std::uint8_t opcode) {
  if (StepValue(opcode) || StepText(opcode) || StepMemo(opcode) || StepContainer(opcode)) return;
  std::array<char, 8> hex{};
  std::snprintf(hex.data(), hex.size(), "0x%02x", opcode);
  ThrowUnsafe(std::string("pickle instruction ") + hex.data());
}

bool PickleMachine::StepValue(std::uint8_t opcode) {
  switch (opcode) {
    case kProto:
      if (const int protocol = reader_.U8(); protocol < 2 || protocol > kMaxProtocol) {
        reader_.Fail();
      }
      return true;
    case kFrame:
      if (reader_.U64() > reader_.Left()) reader_.Fail();
      return true;
    case kNone:
      Push({});
      return true;
    case kNewTrue:
    case kNewFalse:
      Push({PickleKind::kBool, opcode == kNewTrue, 0, {}, {}});
      return true;
    case kBinInt:
      PushInteger(static_cast<std::int32_t>(reader_.U32()));
      return true;
    case kBinInt1:
      PushInteger(reader_.U8());
      return true;
    case kBinInt2:
      PushInteger(reader_.U16());
      return true;
    case kLong1:
      PushLong(reader_.U8());
      return true;
    case kLong4:
      PushLong(reader_.U32());
      return true;
    case kBinFloat:
      Push({PickleKind::kFloat, 0, BigEndianDouble(reader_.Bytes(8)), {}, {}});
      return true;
    default:
      return false;
  }
}

bool PickleMachine::StepText(std::uint8_t opcode) {
  switch (opcode) {
    case kShortBinUnicode:
    case kShortBinString:
      PushText(PickleKind::kText, reader_.Bytes(reader_.U8()));
      return true;
    case kBinUnicode:
    case kBinString:
      PushText(PickleKind::kText, reader_.Bytes(reader_.U32()));
      return true;
    case kBinUnicode8:
      PushText(PickleKind::kText, reader_.Bytes(reader_.U64()));
      return true;
    case kShortBinBytes:
      PushText(PickleKind::kBytes, reader_.Bytes(reader_.U8()));
      return true;
    case kBinBytes:
      PushText(PickleKind::kBytes, reader_.Bytes(reader_.U32()));
      return true;
    case kBinBytes8:
      PushText(PickleKind::kBytes, reader_.Bytes(reader_.U64()));
      return true;
    case kGlobal: {
      const std::string_view module = reader_.Line();
      PushGlobal(module, reader_.Line());
      return true;
    }
    case kStackGlobal: {
      const PickleNode name = pickle_[Pop()];
      const PickleNode module = pickle_[Pop()];
      if (name.kind != PickleKind::kText || module.kind != PickleKind::kText) reader_.Fail();
      PushGlobal(module.text, name.text);
      return true;
    }
    default:
      return false;
  }
}

bool PickleMachine::StepMemo(std::uint8_t opcode) {
  switch (opcode) {
    case kBinPut:
      Memoize(reader_.U8());
      return true;
    case kLongBinPut:
      Memoize(reader_.U32());
      return true;
    case kMemoize:
      Memoize(memo_.size());
      return true;
    case kBinGet:
      Recall(reader_.U8());
      return true;
    case kLongBinGet:
      Recall(reader_.U32());
      return true;
    case kPop:
      Pop();
      return true;
    case kDup:
      stack_.push_back(Top());
      return true;
    default:
      return false;
  }
}

bool PickleMachine::StepContainer(std::uint8_t opcode) {
  switch (opcode) {
    case kMark:
      marks_.push_back(stack_.size());
      return true;
    case kEmptyDict:
      Push({PickleKind::kDict, 0, 0, {}, {}});
      return true;
    case kEmptyList:
      Push({PickleKind::kList, 0, 0, {}, {}});
      return true;
    case kEmptyTuple:
      PushTuple(0);
      return true;
    case kTuple1:
    case kTuple2:
    case kTuple3:
      PushTuple(static_cast<std::size_t>(opcode - kTuple1) + 1);
      return true;
    case kTuple:
      Push({PickleKind::kTuple, 0, 0, {}, PopToMark()});
      return true;
    case kBinPersId:
      Push({PickleKind::kPersistent, 0, 0, {}, {Pop()}});
      return true;
    case kReduce:
      Reduce();
      return true;
    case kBuild:
      Pop();  // the attributes of an object, such as _metadata of a state_dict
      Top();
      return true;
    case kSetItem: {
      const PickleRef value = Pop();
      SetItems({Pop(), value});
      return true;
    }
    case kSetItems:
      SetItems(PopToMark());
      return true;
    case kAppend:
      AppendItems({Pop()});
      return true;
    case kAppends:
      AppendItems(PopToMark());
      return true;
    default:
      return false;
  }
}

}  // namespace chatglm
