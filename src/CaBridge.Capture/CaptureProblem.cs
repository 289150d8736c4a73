namespace CaBridge.Capture;

/// <summary>What a capture file has that kept some of it from being read.</summary>
/// <param name="File">The name it was opened under.</param>
/// <param name="Frame">
/// The last frame before the problem, 0 before the first; where frames themselves are passed over, the first such frame. Always the file's
/// own number, also where several files are merged.
/// </param>
/// <param name="ByteOffset">Where in the file; of a gzip file, where in what it unpacks to.</param>
/// <param name="Message">One sentence, without the file's name.</param>
/// <param name="IsFatal">Whether recorded frames are missing from what was read; <c>false</c> for a tail that the end of the recording cut.</param>
public sealed record CaptureProblem(string File, long Frame, long ByteOffset, string Message, bool IsFatal);
