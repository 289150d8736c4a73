using System.Buffers.Binary;
using System.Text;
using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Cli.Rendering;

/// <summary>
/// One line a message: time, frame, transport, source &gt; destination, sender (<c>-</c> where nothing tells), command, then <c>field=value</c>
/// for what this command in this direction has. Long values are shortened; <see cref="MessageJson"/> has all of them.
/// </summary>
internal sealed class MessageText(Utf8Buffer buffer, TimeFormat timeFormat)
{
    private const int MaxElements = 8;

    private readonly EndpointTexts<byte[]> _endpoints = new(endpoint => Encoding.UTF8.GetBytes(endpoint.ToString()));
    private readonly EndpointTexts<byte[]> _addresses = new(endpoint => Encoding.UTF8.GetBytes(endpoint.AddressText()));
    private readonly TimeText _times = new();

    /// <param name="start">The time of the first frame, where relative times count from.</param>
    public void Write(in DecodedMessage message, CaptureTime start)
    {
        var shape = MessageShape.Of(message);
        var header = message.Header;

        _times.Append(buffer, message.Time, start, timeFormat);
        buffer.Append((byte)' ');
        buffer.AppendNumber(message.Frame);
        buffer.Append(message.Transport == Transport.Udp ? " udp "u8 : " tcp "u8);
        buffer.Append(_endpoints.Of(message.Source));
        buffer.Append(" > "u8);
        buffer.Append(_endpoints.Of(message.Destination));
        buffer.Append(shape.Sender switch { Sender.Client => " client "u8, Sender.Server => " server "u8, _ => " - "u8 });
        buffer.Append(header.Command.Name());
        WritePv(message, shape);

        WriteField(message, shape.Parameter1, "parameter1"u8, header.Parameter1);
        WriteField(message, shape.Parameter2, "parameter2"u8, header.Parameter2);
        WriteField(message, shape.Type, "type"u8, header.DataType);
        WriteField(message, shape.Count, "count"u8, header.DataCount);
        WritePayload(message, shape);
        buffer.Append((byte)'\n');
    }

    private void WritePv(in DecodedMessage message, in MessageShape shape)
    {
        if (message.Pv is { } pv)
        {
            buffer.Append(" pv="u8);
            buffer.AppendWord(pv.Text);
        }
        else if (shape.Payload == PayloadRole.PvName && !message.HasGap)
        {
            buffer.Append(" pv="u8);
            buffer.AppendWord(PayloadText.UntilNul(message.Payload));
        }
    }

    private void WriteField(in DecodedMessage message, FieldRole role, ReadOnlySpan<byte> rawName, uint value)
    {
        switch (role)
        {
            case FieldRole.None or FieldRole.SequenceFlag:
            case FieldRole.Cid when Advertised.IsNoChannel(message, role, value):
                break;
            case FieldRole.Raw:
                WriteNumber(rawName, value);
                break;
            case FieldRole.Status:
                WriteName("status"u8, EcaStatus.Name(value));
                break;
            case FieldRole.DbrType:
                buffer.Append((byte)' ');
                buffer.Append(DbrLayout.NameOf((ushort)value));
                break;
            case FieldRole.DbrCount:
                buffer.Append((byte)'[');
                buffer.AppendNumber(value);
                buffer.Append((byte)']');
                break;
            case FieldRole.ServerAddress or FieldRole.Address:
                WriteKey("address"u8);
                buffer.Append(_addresses.Of(Advertised.Address(message, role, value)));
                break;
            case FieldRole.ReplyFlag:
                WriteName("reply"u8, Advertised.WantsReply(value) ? "yes" : "no");
                break;
            case FieldRole.AccessRights:
                WriteName("access"u8, AccessRights.Name(value));
                break;
            default:
                WriteNumber(FieldNames.InText(role), value);
                break;
        }
    }

    private void WritePayload(in DecodedMessage message, in MessageShape shape)
    {
        if (shape.ConfirmsCancel)
        {
            buffer.Append(" confirms=EVENT_CANCEL"u8);
        }

        if (message.HasGap)
        {
            buffer.Append(" payload=gap"u8);
            return;
        }

        switch (shape.Payload)
        {
            case PayloadRole.Value when DbrReader.TryCreate(message.Header.DataType, message.Header.DataCount, message.Payload, out var value):
                WriteValue(value);
                break;
            case PayloadRole.EventMask when EventMask.TryRead(message.Payload, out var mask):
                WriteName("mask"u8, EventMask.Name(mask));
                break;
            case PayloadRole.Text:
                WriteKey("text"u8);
                buffer.AppendQuoted(PayloadText.UntilNul(message.Payload));
                break;
            case PayloadRole.MinorVersion when message.Payload.Length >= sizeof(ushort):
                WriteNumber("minor"u8, BinaryPrimitives.ReadUInt16BigEndian(message.Payload));
                break;
            case PayloadRole.Error when ErrorPayload.TryRead(message.Payload, out var error):
                WriteName("request"u8, error.Request.Command.Name());
                WriteKey("text"u8);
                buffer.AppendQuoted(error.Text);
                break;
            case PayloadRole.None or PayloadRole.PvName:
                break;
            case var _ when message.Header.PayloadSize > 0:
                WriteNumber("payload_size"u8, message.Header.PayloadSize);
                break;
        }
    }

    private void WriteValue(in DbrReader value)
    {
        WriteKey("value"u8);
        if (value.DeclaredCount == 1 && value.ElementCount == 1)
        {
            WriteElement(value, 0);
        }
        else
        {
            buffer.Append((byte)'[');
            var shown = Math.Min(value.ElementCount, MaxElements);
            for (var index = 0; index < shown; index++)
            {
                if (index > 0)
                {
                    buffer.Append((byte)',');
                }

                WriteElement(value, index);
            }

            if (shown < value.DeclaredCount)
            {
                buffer.Append(shown > 0 ? ",..."u8 : "..."u8);
            }

            buffer.Append((byte)']');
        }

        if (value.TryReadUnits(out var units) && !units.IsEmpty)
        {
            WriteKey("units"u8);
            buffer.AppendQuoted(units);
        }

        if (value.TryReadAlarm(out var status, out var severity))
        {
            WriteName("severity"u8, AlarmNames.Severity(severity));
            if (status != 0)
            {
                WriteName("alarm"u8, AlarmNames.Status(status));
            }
        }

        if (value.TryReadAcknowledgement(out var transient, out var acknowledgeSeverity))
        {
            WriteNumber("ackt"u8, transient);
            WriteName("acks"u8, AlarmNames.Severity(acknowledgeSeverity));
        }

        if (value.TryReadStamp(out var stamp))
        {
            WriteKey("stamp"u8);
            _times.AppendUtc(buffer, stamp);
        }
    }

    private void WriteElement(in DbrReader value, int index)
    {
        switch (value.Layout.Element)
        {
            case DbrElement.Text:
                buffer.AppendQuoted(value.Text(index));
                break;
            case DbrElement.Float32:
                buffer.AppendNumber((float)value.Number(index));
                break;
            case DbrElement.Float64:
                buffer.AppendNumber(value.Number(index));
                break;
            default:
                buffer.AppendNumber((int)value.Number(index));
                break;
        }
    }

    private void WriteNumber(ReadOnlySpan<byte> name, uint value)
    {
        WriteKey(name);
        buffer.AppendNumber(value);
    }

    private void WriteName(ReadOnlySpan<byte> name, string value)
    {
        WriteKey(name);
        buffer.Append(value);
    }

    private void WriteKey(ReadOnlySpan<byte> name)
    {
        buffer.Append((byte)' ');
        buffer.Append(name);
        buffer.Append((byte)'=');
    }
}
