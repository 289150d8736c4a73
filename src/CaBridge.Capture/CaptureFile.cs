using CaBridge.Analysis;

namespace CaBridge.Capture;

/// <summary>What is known of one input so far; complete once everything was read.</summary>
/// <param name="Name">The path, or <c>standard input</c>.</param>
/// <param name="Format">Such as <c>pcap</c>, <c>pcap (nanoseconds)</c> or <c>pcapng, gzip</c>.</param>
/// <param name="Frames">Frames handed over; those passed over are not counted.</param>
/// <param name="FirstTime">The earliest frame's time; <c>null</c> before any.</param>
/// <param name="LastTime">The latest frame's time; <c>null</c> before any.</param>
public sealed record CaptureFile(string Name, string Format, long Frames, CaptureTime? FirstTime, CaptureTime? LastTime);
