extension StoreCheck {
  /// Reads every generation; the newest must be whole, the others are only noted.
  mutating func checkGenerations() {
    let numbers = (names[.generations] ?? []).compactMap(StorePath.generationNumber).sorted()
    guard let last = numbers.last else {
      findings.append(
        Problem(.missing, .generation(1), "there is no generation: the store has no catalog"))
      return
    }
    for (number, next) in zip(numbers, numbers.dropFirst()) where next > number + 1 {
      findings.append(
        Problem(
          .missing, .generation(number + 1), "it is not there although older ones are",
          isNote: true))
    }
    checkOld(numbers.dropLast())
    checkNewest(last, older: numbers.dropLast())
  }

  private mutating func checkOld(_ numbers: ArraySlice<UInt64>) {
    for number in numbers {
      do throws(StoreError) {
        _ = try store.catalog(ofGeneration: number)
      } catch .missing {
        // A collector was faster.
      } catch {
        findings.append(Problem(error, at: .generation(number), isNote: true))
      }
    }
  }

  private mutating func checkNewest(_ last: UInt64, older: ArraySlice<UInt64>) {
    do throws(StoreError) {
      catalog = try store.newest()
    } catch {
      let damaged: StorePath =
        if case .damaged(let path, _) = error { path } else { .generation(last) }
      var problem = Problem(error, at: damaged)
      for number in older.reversed() {
        guard let good = try? store.catalog(ofGeneration: number) else { continue }
        catalog = good
        break
      }
      problem.message +=
        catalog.map { "; the last good generation is \($0.generation)" }
        ?? "; there is no good generation"
      findings.append(problem)
    }
  }
}
