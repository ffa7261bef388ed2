#include "checkpoint/pickle_reader.h"

#include "checkpoint/pickle_machine.h"

namespace chatglm {

Pickle ReadPickle(std::string_view bytes, const std::string& file_name) {
  return PickleMachine(bytes, file_name).Run();
}

}  // namespace chatglm
