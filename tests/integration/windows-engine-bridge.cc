// windows-engine-bridge PIPE PORT ENGINE: listens on a named pipe as the app does on Windows,
// starts the engine and passes everything on to a TCP port of this computer, since programs outside
// Wine cannot open Wine's pipes. Exits with the status of the engine.

#include <winsock2.h>  // brings windows.h

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

namespace {

[[noreturn]] void Fail(const char* step) {
  std::fprintf(stderr, "bridge: %s failed: %lu\n", step, GetLastError());
  std::exit(100);
}

/// Bytes moved by an overlapped call that was started with `overlapped`, 0 on failure.
DWORD Finish(HANDLE pipe, BOOL is_done, OVERLAPPED& overlapped) {
  DWORD moved = 0;
  if (!is_done && GetLastError() != ERROR_IO_PENDING) return 0;
  return GetOverlappedResult(pipe, &overlapped, &moved, TRUE) ? moved : 0;
}

OVERLAPPED NewOverlapped() {
  OVERLAPPED overlapped{};
  overlapped.hEvent = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  return overlapped;
}

SOCKET ConnectTo(int port) {
  WSADATA data;
  if (WSAStartup(MAKEWORD(2, 2), &data) != 0) Fail("WSAStartup");
  const SOCKET tcp = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<u_short>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(tcp, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) Fail("connect");
  return tcp;
}

HANDLE StartEngine(const std::wstring& file) {
  STARTUPINFOW startup{};
  startup.cb = sizeof startup;
  PROCESS_INFORMATION process{};
  std::wstring command = L"\"" + file + L"\"";
  if (!CreateProcessW(file.c_str(), command.data(), nullptr, nullptr, TRUE, 0, nullptr, nullptr,
                      &startup, &process)) {
    Fail("CreateProcess");
  }
  CloseHandle(process.hThread);
  return process.hProcess;
}

void PassFromEngine(HANDLE pipe, SOCKET tcp) {
  std::array<char, 1 << 16> buffer;
  OVERLAPPED overlapped = NewOverlapped();
  while (true) {
    const BOOL is_done = ReadFile(pipe, buffer.data(), buffer.size(), nullptr, &overlapped);
    const DWORD count = Finish(pipe, is_done, overlapped);
    if (count == 0) break;
    for (DWORD sent = 0; sent < count;) {
      const int put = send(tcp, buffer.data() + sent, static_cast<int>(count - sent), 0);
      if (put <= 0) return;
      sent += static_cast<DWORD>(put);
    }
  }
  shutdown(tcp, SD_SEND);
}

void PassToEngine(SOCKET tcp, HANDLE pipe) {
  std::array<char, 1 << 16> buffer;
  OVERLAPPED overlapped = NewOverlapped();
  while (true) {
    const int got = recv(tcp, buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    for (DWORD sent = 0; sent < static_cast<DWORD>(got);) {
      const BOOL is_done = WriteFile(pipe, buffer.data() + sent, static_cast<DWORD>(got) - sent,
                                     nullptr, &overlapped);
      const DWORD put = Finish(pipe, is_done, overlapped);
      if (put == 0) return;
      sent += put;
    }
  }
  CancelIoEx(pipe, nullptr);
  DisconnectNamedPipe(pipe);
}

}  // namespace

int wmain(int count, wchar_t** arguments) {
  if (count != 4) Fail("reading PIPE PORT ENGINE");
  const HANDLE pipe = CreateNamedPipeW(
      arguments[1], PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE | FILE_FLAG_OVERLAPPED,
      PIPE_TYPE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1, 1 << 16, 1 << 16, 0, nullptr);
  if (pipe == INVALID_HANDLE_VALUE) Fail("CreateNamedPipe");
  const SOCKET tcp = ConnectTo(_wtoi(arguments[2]));

  OVERLAPPED connected = NewOverlapped();
  ConnectNamedPipe(pipe, &connected);
  const HANDLE engine = StartEngine(arguments[3]);
  const std::array<HANDLE, 2> events{connected.hEvent, engine};
  if (WaitForMultipleObjects(events.size(), events.data(), FALSE, INFINITE) == WAIT_OBJECT_0) {
    std::thread(PassToEngine, tcp, pipe).detach();
    PassFromEngine(pipe, tcp);
  }
  WaitForSingleObject(engine, INFINITE);
  DWORD status = 101;
  GetExitCodeProcess(engine, &status);
  std::fflush(nullptr);
  ExitProcess(status);  // not exit(), which would wait for the thread that still reads
}
