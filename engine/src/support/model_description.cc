#include "support/model_description.h"

namespace chatglm {

std::string FamilyName(ModelFamily family) {
  switch (family) {
    case ModelFamily::kChatGlm2:
      return "chatglm2";
    case ModelFamily::kChatGlm3:
      return "chatglm3";
    case ModelFamily::kCodeGeeX2:
      return "codegeex2";
  }
  return "";
}

}  // namespace chatglm
