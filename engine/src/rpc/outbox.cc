#include "rpc/outbox.h"

#include "rpc/framing.h"

namespace chatglm {

Outbox::Outbox(Transport& transport) : transport_(transport), thread_([this] { Run(); }) {}

Outbox::~Outbox() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Outbox::Send(const nlohmann::json& message) {
  // File names need not be UTF-8; what is not becomes U+FFFD.
  std::string frame =
      EncodeFrame(message.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  {
    const std::lock_guard lock(mutex_);
    frames_.push_back(std::move(frame));
  }
  wake_.notify_all();
}

void Outbox::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return is_closing_ || !frames_.empty(); });
    if (frames_.empty()) return;
    const std::string frame = std::move(frames_.front());
    frames_.pop_front();
    lock.unlock();
    const bool is_sent = transport_.Write(frame);
    lock.lock();
    if (!is_sent) frames_.clear();
  }
}

}  // namespace chatglm
