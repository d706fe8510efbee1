import Files

extension GrowingBytes {
    mutating func append(_ profile: Profile) {
        append(word: profile.capture)
        append(profile.labels)
        append(word: UInt64(profile.functions.count))
        for function in profile.functions { append(function) }
        append(word: UInt64(profile.measures.count))
        for measure in profile.measures { append(measure) }
        append(word: UInt64(profile.records.count))
        for records in profile.records { append(records) }
    }

    private mutating func append(_ labels: [ProfileLabel]) {
        append(word: UInt64(labels.count))
        for label in labels {
            append(text: label.name)
            append(text: label.value)
        }
    }

    private mutating func append(_ function: FunctionProfile) {
        append(text: function.name)
        append(word: UInt64(function.instances))
        append(function.labels)
        append(word: UInt64(function.times.count))
        for time in function.times {
            append(text: time.name)
            append(time.milliseconds)
        }
        append(function.pages)
        for kind in function.kinds { append(kind) }
        append(function.zeroPages)
        append(function.zeroMappings)
        append(function.hugePages)
        append(function.filePages)
        for overlap in function.fileOverlap { append(number: overlap ?? -1) }
        for bin in function.lz4 + function.zstd {
            append(number: bin.count)
            append(number: bin.mean)
        }
    }

    private mutating func append(_ spread: FunctionProfile.Spread) {
        append(number: spread.mean)
        append(number: spread.deviation)
    }

    private mutating func append(_ measure: Profile.Measure) {
        append(measure.settings)
        append(word: UInt64(measure.pairings))
        for pair in measure.pairs.joined() { append(pair) }
        for rows in measure.classes { append(rows) }
        append(word: UInt64(measure.bases.count))
        for savings in measure.bases {
            append(word: UInt64(savings.count))
            for saving in savings { append(number: saving) }
        }
    }

    private mutating func append(_ settings: DedupSettings) {
        append(word: UInt64(settings.samplers.count))
        for sampler in settings.samplers {
            append(text: sampler.rule.name)
            if case .paper(let mask, let value) = sampler.rule {
                append(half: UInt32(mask) << 16 | UInt32(value))
            }
            append(half: UInt32(sampler.chunk))
            append(half: UInt32(sampler.cardinality))
        }
        append(text: settings.choice.rawValue)
        append(half: UInt32(settings.candidates))
        append(half: UInt32(settings.postingsCap))
        append(text: settings.patch.rawValue)
        append(text: settings.compression?.rawValue ?? "")
    }

    private mutating func append(_ pair: PairStatistics?) {
        append(UInt8(pair == nil ? 0 : 1))
        guard let pair else { return }
        for number in [
            pair.saving, pair.savingDeviation, pair.hitRate, pair.distinctBasePages, pair.runLength,
            pair.zstdMean,
        ] {
            append(number: number)
        }
        for bin in pair.histogram {
            append(number: bin.count)
            append(number: bin.mean)
        }
    }

    private mutating func append(_ classes: ClassRows) {
        append(half: UInt32(classes.pairings))
        append(UInt8(classes.isTied ? 1 : 0))
        append(word: UInt64(classes.zeroPages))
        for mean in classes.levelMeans.joined() { append(number: mean) }
        append(word: UInt64(classes.rows.count))
        // Column by column, which compresses better.
        for index in 0..<(classes.rows.first?.levels.count ?? 0) {
            for row in classes.rows { append(row.levels[index].rawValue) }
        }
        for row in classes.rows { append(varint: UInt32(clamping: row.count)) }
        for row in classes.rows { append(varint: UInt32(clamping: row.lz4 / row.count)) }
        for row in classes.rows { append(varint: UInt32(clamping: row.zstd / row.count)) }
    }

    private mutating func append(_ records: SharedChunkRecords) {
        append(records.settings)
        append(word: UInt64(records.chunkCount))
        for pages in records.bases { append(pages) }
        for target in records.targets {
            append(target.pages)
            let bases = records.bases.count
            for base in 0..<bases {
                for page in 0..<target.pages.count { append(target.patches[page * bases + base]) }
            }
        }
    }

    private mutating func append(_ pages: SharedChunkRecords.Pages) {
        append(word: UInt64(pages.count))
        for page in 0..<pages.count { append(UInt8(pages[page].count)) }
        // Neighbouring pages share neighbouring chunks: differences are small numbers.
        var last: Int32 = 0
        for chunk in pages.chunks {
            let difference = Int32(bitPattern: chunk) &- last
            append(varint: UInt32(bitPattern: difference &<< 1 ^ difference &>> 31))
            last = Int32(bitPattern: chunk)
        }
    }
}
