// Files by their name in an open folder.
#include "tools/output/folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tools/output/file.hpp"

namespace {

namespace fs = std::filesystem;
using output::Entry;
using output::FileError;
using output::Folder;

struct Temporary {
  Temporary() {
    std::string name = (fs::temp_directory_path() / "hubstorm-folder-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() { fs::remove_all(path); }
  std::string in(const std::string& name) const { return (path / name).string(); }
  void put(const std::string& name, const std::string& text) const {
    std::ofstream(in(name), std::ios::binary) << text;
  }
  fs::path path;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a folder is found or made, also inside of another, and never by a link", "[folder]") {
  const Temporary place;
  CHECK_FALSE(Folder::find(place.in("none")));
  const Folder made = Folder::make(place.in("a/b"));
  CHECK(fs::is_directory(place.in("a/b")));
  CHECK_FALSE(made.find_inside("c"));
  made.make_inside("c");
  CHECK(made.find_inside("c"));
  fs::create_directory_symlink("c", place.in("a/b/link"));
  CHECK_THROWS_AS(made.find_inside("link"), FileError);
  CHECK_THROWS_AS(made.make_inside("link"), FileError);
  place.put("file", "");
  CHECK_THROWS_WITH(Folder::make(place.in("file")),
                    "cannot make the folder " + place.in("file") + ": Not a directory");
  CHECK_THROWS_AS(Folder::find(place.in("file")), FileError);
}

TEST_CASE("a name of a folder stands for an open file until another replaces it", "[folder]") {
  const Temporary place;
  const Folder folder = Folder::make(place.in("f"));
  const output::Descriptor file = folder.open_or_make("a");
  CHECK(folder.is("a", file));
  CHECK_FALSE(folder.is("b", file));
  folder.write("a", "new");
  CHECK_FALSE(folder.is("a", file));
  CHECK(folder.is("a", folder.open_or_make("a")));
}

TEST_CASE("files of a folder are whole, and what is no file is left alone", "[folder]") {
  const Temporary place;
  const Folder folder = Folder::make(place.in("f"));
  folder.write("a", "one");
  folder.write("a", "two");
  CHECK(folder.read("a", 100) == "two");
  CHECK(folder.read("a", 2) == "tw");
  CHECK_FALSE(folder.read("none", 100));
  place.put("other", "mine");
  fs::create_symlink(place.in("other"), place.in("f/link"));
  REQUIRE(::mkfifo(place.in("f/pipe").c_str(), 0666) == 0);
  fs::create_directory(place.in("f/dir"));
  for (const char* name : {"link", "pipe", "dir"}) {
    CHECK_THROWS_AS(folder.write(name, "x"), FileError);
    CHECK_THROWS_AS(folder.read(name, 100), FileError);
    CHECK_THROWS_AS(folder.open_or_make(name), FileError);
    folder.remove(name);
  }
  CHECK(folder.entry("link") == Entry::other);
  CHECK(folder.entry("dir") == Entry::folder);
  CHECK(folder.names() == Names{"a", "dir", "link", "pipe"});
  folder.remove("a");
  CHECK(folder.entry("a") == Entry::none);
  // It is the folder that was opened, whatever has its name now.
  fs::rename(place.in("f"), place.in("g"));
  fs::create_directory_symlink(place.path, place.in("f"));
  folder.write("b", "there");
  CHECK(fs::exists(place.in("g/b")));
  CHECK_FALSE(fs::exists(place.in("b")));
}

TEST_CASE("a file that is not finished goes away, and what killed writers left is known by its name",
          "[folder]") {
  const Temporary place;
  const Folder folder = Folder::make(place.in("f"));
  {
    const output::Descriptor open(::open(place.in("f").c_str(), O_RDONLY | O_DIRECTORY));
    output::Part part(open.get(), "x");
    const std::string name = folder.names().at(0);
    CHECK(name.starts_with(".hubstorm-"));
    CHECK(name.size() == std::string(".hubstorm-0123456789abcdef.part").size());
    folder.remove_parts();  // as the next command would
    CHECK(folder.names().empty());
  }
  for (const char* name : {"x.part", ".hubstorm-.part", ".hubstorm-0123456789abcdef.part.bak"})
    place.put("f/" + std::string(name), "mine");
  folder.remove_parts();
  CHECK(folder.names().size() == 3);
}

TEST_CASE("an export replaces what a link points to, keeps its permissions and leaves nothing behind",
          "[file]") {
  const Temporary place;
  place.put("a", "old");
  fs::permissions(place.in("a"), fs::perms(0640));
  fs::create_symlink("a", place.in("link"));
  output::check_writable(place.in("link"));
  CHECK(output::place_of(place.in("link")) == output::place_of(place.in("./a")));
  output::write_file(place.in("link"), "new");
  CHECK(fs::is_symlink(fs::symlink_status(place.in("link"))));
  std::string text;
  std::ifstream(place.in("a")) >> text;
  CHECK(text == "new");
  CHECK(fs::status(place.in("a")).permissions() == fs::perms(0640));
  for (const std::string& name :
       {std::string("none/a"), std::string("link/a"), std::string("."), std::string(300, 'x')}) {
    CHECK_THROWS_AS(output::check_writable(place.in(name)), FileError);
    CHECK_THROWS_AS(output::write_file(place.in(name), "x"), FileError);
  }
  CHECK(std::distance(fs::directory_iterator(place.path), {}) == 2);
  CHECK(output::place_of(place.in("b")) == output::place_of(place.in("./b")));
  CHECK(output::place_of(place.in("b")) != output::place_of(place.in("c")));
}
