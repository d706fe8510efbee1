import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Splits a text, counts its words and writes the most frequent as JSON. */
final class Words implements Launcher.Function {
    private static final int WORDS = 80_000;

    @Override
    public String handle(int seed, int request) {
        Map<String, Integer> counts = new HashMap<>();
        for (String word : text(new Inputs(seed, request)).split(" ")) {
            counts.merge(word, 1, Integer::sum);
        }
        Comparator<Map.Entry<String, Integer>> order =
                Map.Entry.<String, Integer>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey());
        List<Map.Entry<String, Integer>> top = counts.entrySet().stream().sorted(order).limit(5).toList();
        int total = counts.values().stream().mapToInt(Integer::intValue).sum();
        String listed = top.stream()
                .map(entry -> "[\"" + entry.getKey() + "\", " + entry.getValue() + "]")
                .collect(Collectors.joining(", "));
        return "\"words\": " + total + ", \"distinct\": " + counts.size() + ", \"top\": [" + listed + "]";
    }

    private static String text(Inputs inputs) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < WORDS; i += 1) {
            text.append(i == 0 ? "" : " ").append(inputs.word());
        }
        return text.toString();
    }
}
