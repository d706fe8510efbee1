/// The images that sandboxes have put away; places are used again.
struct ImageTable {
    private var images: [StoredImage] = []
    private var freePlaces: [UInt32] = []

    /// Keeps `image`.
    mutating func add(_ image: StoredImage) -> UInt32 {
        if let place = freePlaces.popLast() {
            images[Int(place)] = image
            return place
        }
        images.append(image)
        return UInt32(images.count - 1)
    }

    /// The image at `place`.
    subscript(place: UInt32) -> StoredImage { images[Int(place)] }

    /// Forgets the image at `place` and returns it.
    mutating func remove(_ place: UInt32) -> StoredImage {
        let image = images[Int(place)]
        images[Int(place)] = StoredImage()
        freePlaces.append(place)
        return image
    }
}
