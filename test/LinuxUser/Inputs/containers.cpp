// Containers, strings, streams, virtual functions and exceptions of C++.

#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Shape {
  virtual ~Shape() { ++destroyed; }
  virtual double area() const = 0;
  static int destroyed;
};
int Shape::destroyed = 0;

struct Square : Shape {
  explicit Square(double side) : side(side) {}
  double area() const override { return side * side; }
  double side;
};

struct Broken : Shape {
  double area() const override { throw std::domain_error("no area"); }
};

/// Counts what unwinding destroys.
struct Guard {
  explicit Guard(std::string name) : name(std::move(name)) {}
  ~Guard() { std::cout << "leaving " << name << "\n"; }
  std::string name;
};

struct Failure {
  int code;
};

} // namespace

static int descend(int depth) {
  Guard guard("depth " + std::to_string(depth));
  if (depth == 5)
    throw Failure{42};
  return descend(depth + 1) + 1;
}

static void exceptions(int count) {
  try {
    descend(0);
  } catch (const Failure &failure) {
    std::cout << "caught " << failure.code << "\n";
  }
  try {
    std::vector<int> three(3);
    std::cout << three.at(3);
  } catch (const std::out_of_range &error) {
    std::cout << "out of range: " << error.what() << "\n";
  }
  try {
    try {
      throw std::runtime_error("inner");
    } catch (...) {
      std::throw_with_nested(std::logic_error("outer"));
    }
  } catch (const std::exception &error) {
    std::cout << error.what();
    try {
      std::rethrow_if_nested(error);
    } catch (const std::exception &inner) {
      std::cout << " of " << inner.what() << "\n";
    }
  }
  try {
    std::vector<long> tooLong(std::size_t(1) << 50);
  } catch (const std::bad_alloc &) {
    std::cout << "bad_alloc\n";
  }
  int caught = 0;
  for (int i = 0; i < count; ++i)
    try {
      if (i % 3 == 0)
        throw i;
    } catch (int value) {
      caught += value;
    }
  std::cout << "sum of what was thrown: " << caught << "\n";
}

static void shapes(bool throws) {
  std::vector<std::unique_ptr<Shape>> shapes;
  for (int i = 1; i <= 4; ++i)
    shapes.push_back(std::make_unique<Square>(i * 1.5));
  if (throws)
    shapes.push_back(std::make_unique<Broken>());
  double sum = 0;
  for (const auto &shape : shapes)
    try {
      sum += shape->area();
    } catch (const std::domain_error &error) {
      std::cout << error.what() << "; "
                << (dynamic_cast<Square *>(shape.get()) ? "square" : "other")
                << "\n";
    }
  shapes.clear();
  std::cout << sum << ", " << Shape::destroyed << " destroyed\n";
}

static void words(std::istream &input) {
  std::map<std::string, int> counts;
  std::map<std::size_t, std::vector<std::string>, std::greater<>> byLength;
  std::string word;
  while (input >> word)
    if (counts[word]++ == 0)
      byLength[word.size()].push_back(word);
  for (const auto &[text, count] : counts)
    std::cout << text << ": " << count << "\n";
  for (const auto &[length, list] : byLength)
    std::cout << length << " letters: " << list.size() << "\n";
}

int main(int argc, char **argv) {
  int count = argc > 1 ? std::stoi(argv[1]) : 100;
  // The first one takes much longer than everything else.
  bool throws = count % 100 == 99;
  if (throws)
    exceptions(count);
  shapes(throws);
  words(std::cin);
  std::ostringstream text;
  std::vector<int> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 1);
  text << std::hex << std::accumulate(numbers.begin(), numbers.end(), 0)
       << std::dec << " " << 1.0 / 3;
  std::cout << text.str() << std::endl;
  if (argc > 2)
    throw Failure{1}; // Nobody catches it: abort.
}
