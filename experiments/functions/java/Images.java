import java.awt.geom.AffineTransform;
import java.awt.image.AffineTransformOp;
import java.awt.image.BufferedImage;
import java.awt.image.ConvolveOp;
import java.awt.image.Kernel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.Adler32;
import javax.imageio.ImageIO;

/** Draws a picture, blurs and scales it, encodes and decodes it, and greys it. */
final class Images implements Launcher.Function {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;

    @Override
    public String handle(int seed, int request) throws IOException {
        ImageIO.setUseCache(false);
        BufferedImage picture = picture(new Inputs(seed, request));
        float[] weights = new float[9];
        Arrays.fill(weights, 1f / weights.length);
        BufferedImage blurred = new ConvolveOp(new Kernel(3, 3, weights)).filter(picture, null);
        AffineTransformOp halve = new AffineTransformOp(
                AffineTransform.getScaleInstance(0.5, 0.5), AffineTransformOp.TYPE_BILINEAR);
        BufferedImage halved = new BufferedImage(WIDTH / 2, HEIGHT / 2, BufferedImage.TYPE_INT_RGB);
        int thumbnail = encode(halve.filter(blurred, halved), "jpg").length;
        BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(encode(picture, "png")));
        return "\"grey\": " + grey(decoded) + ", \"thumbnail\": " + thumbnail;
    }

    private static BufferedImage picture(Inputs inputs) {
        BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        int base = inputs.next() & 0x3F3F3F;
        for (int y = 0; y < HEIGHT; y += 1) {
            for (int x = 0; x < WIDTH; x += 1) {
                picture.setRGB(x, y, base + ((x & 127) << 16 | (y & 127) << 8) + (inputs.next() & 15));
            }
        }
        return picture;
    }

    private static byte[] encode(BufferedImage picture, String format) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        if (!ImageIO.write(picture, format, file)) {
            throw new IOException("no encoder for " + format);
        }
        return file.toByteArray();
    }

    /** Adler-32 of the grey values, row by row. */
    private static long grey(BufferedImage picture) {
        Adler32 checksum = new Adler32();
        for (int y = 0; y < HEIGHT; y += 1) {
            for (int x = 0; x < WIDTH; x += 1) {
                int colour = picture.getRGB(x, y);
                checksum.update(((colour >> 16 & 255) * 3 + (colour >> 8 & 255) * 6 + (colour & 255)) / 10);
            }
        }
        return checksum.getValue();
    }
}
