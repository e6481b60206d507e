/** Of all files of a stage. Not configurable: what is kept of tests are rows that people look at. */
const MAX_TEST_CASES = 100_000;
/** Characters of details of all files; what follows is in the files only. */
const MAX_DETAILS = 16 * 1024 * 1024;

/**
 * How much is kept of the tests of one stage, shared by all its files and taken as they are read. What a file has taken
 * that is refused later stays taken: the stage fails by it.
 */
export class TestBudget {
  #testCases = 0;
  #details = 0;

  constructor(readonly maxTestCases = MAX_TEST_CASES) {}

  /** Whether one more test case may be kept. */
  takeTestCase(): boolean {
    if (this.#testCases >= this.maxTestCases) {
      return false;
    }
    this.#testCases += 1;
    return true;
  }

  /** Whether so many more characters of details may be kept. */
  takeDetails(characters: number): boolean {
    if (this.#details + characters > MAX_DETAILS) {
      return false;
    }
    this.#details += characters;
    return true;
  }
}
