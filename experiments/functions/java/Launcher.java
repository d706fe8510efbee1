import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Serves one function as python/launcher.py does, with the same protocol: java Launcher FUNCTION. */
public final class Launcher {
    private static final Pattern FIELD = Pattern.compile("\"(seed|request)\"\\s*:\\s*(\\d+)");

    /** What a function answers: the body of a JSON object. */
    interface Function {
        String handle(int seed, int request) throws IOException;
    }

    public static void main(String[] arguments) throws IOException {
        Function function = named(arguments[0]);
        PrintStream answers = new PrintStream(System.out, true);
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in));
        answers.println("ready import");
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            answers.println(answer(function, line));
        }
    }

    private static Function named(String name) {
        return switch (name) {
            case "javawords" -> new Words();
            case "javaimage" -> new Images();
            default -> throw new IllegalArgumentException("no function " + name);
        };
    }

    private static String answer(Function function, String line) {
        int seed = 0;
        int request = 0;
        for (Matcher field = FIELD.matcher(line); field.find();) {
            int value = Integer.parseInt(field.group(2));
            if (field.group(1).equals("seed")) {
                seed = value;
            } else {
                request = value;
            }
        }
        try {
            return "{\"request\": " + request + ", \"answer\": {" + function.handle(seed, request) + "}}";
        } catch (IOException | RuntimeException error) {
            return "{\"request\": " + request + ", \"error\": \"" + error.getClass().getName() + "\"}";
        }
    }
}
