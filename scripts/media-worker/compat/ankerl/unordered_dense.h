// Stands in for ankerl::unordered_dense, a faster map in one header that Debian 12 does not package: the standard one has the same calls.
#pragma once
#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace ankerl::unordered_dense {
template <class... T> using map = std::unordered_map<T...>;
template <class... T> using set = std::unordered_set<T...>;
template <class T> using hash = std::hash<T>;
}
