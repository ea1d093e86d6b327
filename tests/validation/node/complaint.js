'use strict';

// Errors that a person has made or can mend, which are said in a sentence and without a trace of the stack.
// An error whose message is all that there is to say.
class Complaint extends Error {}

// Ends the process with what the program returns, or with 2 and its complaint.
function plainly(program) {
  try {
    process.exitCode = program();
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}

module.exports = { Complaint, plainly };
