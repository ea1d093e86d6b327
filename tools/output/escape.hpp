// Text of others (names and labels out of files, paths, descriptions) in what this program writes: one
// function a kind of writer, so that it stays text there and steers neither a terminal nor a spreadsheet nor
// a CI system, which reads commands out of what it is shown. What is printable at all is
// sim::settings::printable's to say. The database of a study keeps text as it is.
#pragma once
#include <string>
#include <string_view>

namespace output::escape {

// One line of a terminal, or of a log that a CI system reads: line breaks are spaces, and the first
// characters of what would begin a command ("##vso[", "##[", "::error::" at the start of a word) are "?".
std::string terminal(std::string_view text);

// A message of several lines, such as those on stderr: terminal() of each line.
std::string message(std::string_view text);

// A line or a cell of a table of GitHub-flavoured Markdown: no markup, no HTML, no command.
std::string markdown(std::string_view text);

// A cell of comma-separated values (RFC 4180), in quotes where it has to be. A spreadsheet would take a text
// that begins with = + - @ for a formula: an apostrophe stands before it, except for a plain number such as
// -5 or +2.5%. So it is behind a semicolon, at which spreadsheets of some countries divide a line.
std::string csv(std::string_view text);

// Text of an element or of an attribute in double quotes of XML 1.0.
std::string xml(std::string_view text);

// A document whose strings are in double quotes and know \u escapes (JSON; YAML as sim::settings::to_yaml
// writes it): what is unprintable or would begin a command is written as such an escape, so that a reader
// gets it as it was.
std::string strings(std::string_view document);

// The message of a workflow command of GitHub Actions, which may have several lines, and a property of it.
// Escapes as in actions/toolkit, packages/core/src/command.ts.
std::string github_message(std::string_view text);
std::string github_property(std::string_view text);

// The message of a logging command of Azure Pipelines, which may have several lines. Escapes as in
// microsoft/azure-pipelines-task-lib, node/taskcommand.ts.
std::string azure(std::string_view text);

// A word as a POSIX shell takes it, in quotes where it needs them; what is not printable, or would begin a
// command of a CI system, is written as an escape within $'...'.
std::string shell(std::string_view word);

}  // namespace output::escape
