// validate, schema and init as a shell sees them.
#include <catch2/catch.hpp>

#include "tests/cli/command.hpp"

namespace {

const std::string example = std::string(TREE) + "/scenarios/hub-outage.yaml";
const std::string bad = std::string(TREE) + "/tests/bad/";

}  // namespace

TEST_CASE("validate names the good files and shows every error of the others") {
  const cli::Ran ran =
      cli::hubstorm("validate " + bad + "plant.yaml " + example + " " + bad + "key-misspelt.yaml");
  CHECK(ran.code == 3);
  CHECK(ran.out == example + ": ok\n");
  CHECK(ran.err.find("plant.yaml:14:5: error: unknown key \"failback\" in faults[0]") != std::string::npos);
  CHECK(ran.err.find("key-misspelt.yaml:1:25: error: unknown key \"acces\" in fleet[0]") !=
        std::string::npos);
}

TEST_CASE("validate: a file that cannot be read outweighs one that is wrong") {
  const cli::Ran ran = cli::hubstorm("validate " + bad + "plant.yaml no-such-file.yaml");
  CHECK(ran.code == 4);
  CHECK(ran.err.find("cannot read no-such-file.yaml: No such file or directory") != std::string::npos);
}

TEST_CASE("what is said on standard error steers nobody, whatever a file is called") {
  const cli::Folder folder;
  const std::string name = "##vso[task.complete]\x1b[31m.yaml";
  folder.write(name, "limits: off\nfleet: [{devices: 2000000}]\n");
  const cli::Ran ran = cli::in_shell("$H validate *.yaml; $H init --output \"$(ls)\" --force", folder);
  CHECK(cli::contains(ran.err, "?#vso[task.complete]?[31m.yaml: warning: 2,000,000 devices"));
  CHECK(cli::contains(ran.err, "?#vso[task.complete]?[31m.yaml written."));
  CHECK_FALSE(cli::contains(ran.err, "##vso["));
  CHECK_FALSE(cli::contains(ran.err, "\x1b"));
}

TEST_CASE("validate says what limits: off lets pass") {
  const cli::Folder folder;
  const std::string path = folder.write("x.yaml", "limits: off\nfleet: [{devices: 2000000}]\n");
  const cli::Ran ran = cli::hubstorm("validate " + path);
  CHECK(ran.code == 0);
  CHECK(ran.err ==
        path + ": warning: 2,000,000 devices are more than the 1,000,000 of an application (limits: off)\n");
}

TEST_CASE("a resolved scenario resolves to itself") {
  const cli::Folder folder;
  const cli::Ran once = cli::hubstorm("validate --print-resolved --set seed=7 " + example);
  REQUIRE(once.code == 0);
  CHECK(once.out.find("\nseed: 7\n") != std::string::npos);
  const cli::Ran again = cli::hubstorm("validate --print-resolved " + folder.write("y.yaml", once.out));
  CHECK(again.out == once.out);
  CHECK(cli::hubstorm("validate --print-resolved " + example + " " + example).code == 2);
}

TEST_CASE("standard input is a file too") {
  const cli::Ran ran = cli::hubstorm("validate -");  // it is empty
  CHECK(ran.code == 3);
  CHECK(ran.err.find("<stdin>:1:1: error: expected a scenario") == 0);
}

TEST_CASE("schema goes to standard output or to a file") {
  const cli::Folder folder;
  const cli::Ran printed = cli::hubstorm("schema");
  CHECK(printed.out.find("\"$schema\": \"http://json-schema.org/draft-07/schema#\"") != std::string::npos);
  const std::string path = folder.path("s.json");
  CHECK(cli::hubstorm("schema --output " + path).code == 0);
  CHECK(cli::read(path) == printed.out);
}

TEST_CASE("init prints or writes a scenario that is valid as it stands") {
  const cli::Folder folder;
  const cli::Ran printed = cli::hubstorm("init");
  CHECK(printed.out.find("# yaml-language-server: $schema=") == 0);
  CHECK(printed.out.find(cli::read(example)) != std::string::npos);
  const std::string path = folder.path("plant.yaml");
  CHECK(cli::hubstorm("init silent-hub --output " + path).code == 0);
  CHECK(cli::hubstorm("validate " + path).code == 0);
  CHECK(cli::hubstorm("init --output " + path).code == 4);
  CHECK(cli::hubstorm("init --force --output " + path).code == 0);
  CHECK(cli::read(path) == printed.out);
  const cli::Ran unknown = cli::hubstorm("init silent-hbu");
  CHECK(unknown.code == 2);
  CHECK(unknown.err.find("did you mean \"silent-hub\"?") != std::string::npos);
  CHECK(cli::hubstorm("init --list").out.find("million") != std::string::npos);
}
