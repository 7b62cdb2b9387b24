# Prints the store paths of Nix's reference graphs, least depended on last, without the paths named after the two graphs.
import sys

references = {}
for graph in sys.argv[1:3]:
    lines = iter(open(graph).read().splitlines())
    for path in lines:
        next(lines)  # its deriver
        references[path] = {next(lines) for _ in range(int(next(lines)))} - {path}


def reach(path, seen):
    for reference in references[path] - seen:
        seen.add(reference)
        reach(reference, seen)
    return seen


popularity = {path: 0 for path in references}
for path in references:
    for reached in reach(path, set()):
        popularity[reached] += 1
for path in sorted(popularity, key=lambda path: (-popularity[path], path)):
    if path not in sys.argv[3:]:
        print(path)
