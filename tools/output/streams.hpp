// Standard input, output and error of the command: what becomes of them never decides how it ends, a result
// that could not be handed over apart.
#pragma once
#include <csignal>
#include <string>

#include "tools/output/file.hpp"

namespace output {

// To be called first. A stream that the command was started without gets a descriptor of its own that can
// neither be read nor written; otherwise the next file that is opened would stand in its place. A reader that
// goes away (SIGPIPE) and a limit on the size of files (SIGXFSZ) are errors of the write, in the processes of
// the replications too. How children end is known, whatever the process that started this one ignored.
void prepare_streams();

// Standard output goes to a pipe whose reader is gone, as in `| head -1`: nobody waits for a message.
struct ReaderGone : FileError {
  using FileError::FileError;
};

// Throws FileError when standard output does not take it (a full disk, say), ReaderGone for a closed pipe.
void write_stdout(const std::string& content);

// Writes to standard error as far as that takes it; nothing is thrown, and nobody learns of a failure. The
// text goes through escape::message, since names and labels out of files may stand in it. The only way in
// which the tools write there, beside draw.
void say(const std::string& text) noexcept;

// The same for a line that a terminal is to draw over, with its control characters. It holds no text of
// others.
void draw(const std::string& line) noexcept;

// Set by the handler of a signal that asks the process to end in order: then what waits for the other side of
// a write waits no more, and fails.
inline volatile std::sig_atomic_t stop_asked = 0;

}  // namespace output
