/** The generator of python/inputs.py: the same numbers and words. */
final class Inputs {
    private static final String[] SYLLABLES = {
        "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va"
    };
    private int state;

    Inputs(int seed, int request) {
        state = seed * 7919 + request * 104729 + 12345;
    }

    /** The next number; its bits are those of an unsigned one. */
    int next() {
        state += 0x6D2B79F5;
        int mixed = (state ^ state >>> 15) * (state | 1);
        mixed ^= mixed + (mixed ^ mixed >>> 7) * (mixed | 61);
        return mixed ^ mixed >>> 14;
    }

    /** The next word; a word is the rarer the higher its index. */
    String word() {
        int number = next();
        int index = (int) ((long) (number >>> 16) * (number & 0xFFFF) >> 20);
        return SYLLABLES[index >> 8] + SYLLABLES[index >> 4 & 15] + SYLLABLES[index & 15];
    }
}
